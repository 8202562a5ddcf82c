/** Numbers that look random and are the same on every machine. */

/** 32 bits of a part of a text (FNV-1a over UTF-16, then the finalizer of MurmurHash3). */
export function hashOf(text: string, start = 0, end = text.length): number {
	let hash = 0x811c9dc5;
	for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
	return mixed(hash);
}

/** The `index`-th of an endless row of 32-bit numbers. */
export function randomBits(seed: number, index: number): number {
	return mixed((seed + Math.imul(index + 1, 0x9e3779b9)) | 0);
}

function mixed(hash: number): number {
	let bits = hash;
	bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
	bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
	return (bits ^ (bits >>> 16)) >>> 0;
}
