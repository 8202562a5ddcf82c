/** The vectors that all stores get, and the queries: others of the same topics. */
import { clusteredVectors } from "#rag/vector-index/clustered-vectors.fixture";

export const dimensions = 384;

const vectorOf = clusteredVectors({ dimensions, clusters: 200, spread: 0.7, seed: 6 });
const firstQuery = 10_000_000;

export function vectorsOf(from: number, count: number): Float32Array[] {
	return Array.from({ length: count }, (_, i) => vectorOf(from + i));
}

export function queryOf(n: number): Float32Array {
	return vectorOf(firstQuery + n);
}
