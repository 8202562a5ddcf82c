/**
 * An index over several objects, each small enough for its memory. Shards come in generations: a new document goes to
 * one of the newest, by the hash of its id, and stays where its row says that it is. So an index grows without moving
 * anything, and a search asks every shard there is.
 */
import type { Hit } from "./chunk.ts";

/** How many shards each generation has, the oldest first. */
export type Generations = readonly [number, ...number[]];

/** What an object may take of the 128 MB of its isolate for vectors in memory. */
const memoryBytes = 64 * 1024 * 1024;
const mostChunks = 100_000;

/** Where a new document belongs; to be kept with it. */
export function shardOf(documentId: string, generations: Generations): string {
	const newest = generations.length - 1;
	return shardName(newest, hash(documentId) % generations[newest]!);
}

export function allShards(generations: Generations): string[] {
	return generations.flatMap((_, generation) => shardsOf(generations, generation));
}

export function shardsOf(generations: Generations, generation: number): string[] {
	return Array.from({ length: generations[generation] ?? 0 }, (_, shard) => shardName(generation, shard));
}

/** The same while the newest shards have room, else with as many again as there are. */
export function grown(generations: Generations, chunksInNewest: number, dimensions: number): Generations {
	const room = generations.at(-1)! * roomOf(dimensions);
	if (chunksInNewest < room) return generations;
	return [...generations, generations.reduce((sum, count) => sum + count, 0)];
}

/** For an index that begins with as many. */
export function generationsFor(chunks: number, dimensions: number): Generations {
	return [Math.floor(chunks / roomOf(dimensions)) + 1];
}

/** How many chunks a shard should have at most. */
export function roomOf(dimensions: number): number {
	const chunkBytes = dimensions + dimensions / 8 + 16;
	return Math.min(mostChunks, Math.floor(memoryBytes / chunkBytes));
}

/** The best of several shards. BM25 is counted within a shard, which by hash has its share of every word. */
export function mergeHits(lists: Hit[][], limit: number): Hit[] {
	return lists
		.flat()
		.toSorted((a, b) => b.score - a.score)
		.slice(0, limit);
}

function shardName(generation: number, shard: number): string {
	return `${generation}.${shard}`;
}

/** FNV-1a. */
function hash(text: string): number {
	let value = 0x811c9dc5;
	for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
	return value >>> 0;
}
