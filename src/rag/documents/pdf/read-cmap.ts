/**
 * The predefined character maps of Chinese, Japanese and Korean fonts (ISO 32000-2 §9.7.5.2), which a PDF names and does
 * not contain. `cmaps.bin` has them as PDF.js packs them, with Adobe's licence: the length of a directory (32 bits,
 * little endian), the directory (JSON: names and lengths), the maps. `scripts/pack-cmaps.ts` makes it.
 */

let packed: Promise<Map<string, Uint8Array>> | undefined;

/** @param name such as `GBK-EUC-H.bcmap`. Undefined for a map that nobody knows. */
export async function readCmap(name: string): Promise<Uint8Array | undefined> {
	packed ??= unpack();
	return (await packed).get(name);
}

async function unpack(): Promise<Map<string, Uint8Array>> {
	const { default: buffer } = await import("./cmaps.bin");
	const bytes = new Uint8Array(buffer);
	const start = 4 + new DataView(bytes.buffer).getUint32(0, true);
	const directory = JSON.parse(new TextDecoder().decode(bytes.subarray(4, start))) as [name: string, length: number][];
	const maps = new Map<string, Uint8Array>();
	let at = start;
	for (const [name, length] of directory) {
		maps.set(name, bytes.subarray(at, at + length));
		at += length;
	}
	return maps;
}
