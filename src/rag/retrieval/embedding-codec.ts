/**
 * A learnt embedding as bytes, in pieces that a row of SQLite can hold.
 *
 * Layout, little-endian: version, texts, axes, number of words, bytes of the words; the words in UTF-8, a line each,
 * padded with line ends to a multiple of four; rarities and scales (float32); the map (int8).
 */
import { featureCount, LocalEmbedding, localDimensions } from "./local-embedding.ts";

/** Changes with whatever makes vectors of before and after incomparable: features, weights, hashes. */
const version = 1;
const headerBytes = 20;
const pieceBytes = 1_048_576;

export function encodeEmbedding({ state }: LocalEmbedding): Uint8Array[] {
	const text = new TextEncoder().encode(state.words.join("\n"));
	const words = new Uint8Array(Math.ceil(text.length / 4) * 4).fill(10);
	words.set(text);
	const header = Uint32Array.of(version, state.texts, state.axes, state.words.length, words.length);
	const parts = [header, words, state.rarities, state.scales, state.map];
	const all = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
	let at = 0;
	for (const { buffer, byteOffset, byteLength } of parts) {
		all.set(new Uint8Array(buffer, byteOffset, byteLength), at);
		at += byteLength;
	}
	return Array.from({ length: Math.ceil(all.length / pieceBytes) }, (_, i) =>
		all.subarray(i * pieceBytes, (i + 1) * pieceBytes),
	);
}

/** The pieces in their order. Undefined where another version wrote them, or one is missing: then it is learnt again. */
export function decodeEmbedding(pieces: readonly Uint8Array[]): LocalEmbedding | undefined {
	const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
	let at = 0;
	for (const piece of pieces) {
		all.set(piece, at);
		at += piece.length;
	}
	if (all.length < headerBytes) return undefined;
	const [written, texts, axes, count, wordBytes] = new Uint32Array(all.buffer, 0, 5) as unknown as [
		number,
		number,
		number,
		number,
		number,
	];
	const rows = featureCount(count);
	const numbers = headerBytes + wordBytes;
	if (written !== version || all.length !== numbers + rows * (8 + localDimensions)) return undefined;
	const text = new TextDecoder().decode(all.subarray(headerBytes, numbers));
	return new LocalEmbedding({
		texts,
		axes,
		words: text.split("\n").slice(0, count),
		rarities: new Float32Array(all.buffer, numbers, rows),
		scales: new Float32Array(all.buffer, numbers + rows * 4, rows),
		map: new Int8Array(all.buffer, numbers + rows * 8),
	});
}
