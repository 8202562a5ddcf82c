/** Random bytes from a CSPRNG, fetched for many ids at once: a call costs more than the bytes. Each is given out once. */

const pool = new Uint8Array(4_096);
let used = pool.length;

export function randomBytes(count: number): Uint8Array {
	if (used + count > pool.length) {
		crypto.getRandomValues(pool);
		used = 0;
	}
	used += count;
	return pool.slice(used - count, used);
}
