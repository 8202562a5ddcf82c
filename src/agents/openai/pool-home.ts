/**
 * Where turns without a session run: a few objects of each owner, taken by chance, because an object of its own would
 * cost a turn more than the rest of it.
 */
import { derivedToken } from "#core/ids";

const poolSize = 8;

/** Longer than the home of any session, so that no session can be begun in a pool. */
export async function poolHome(userId: string): Promise<string> {
	const index = Math.floor(Math.random() * poolSize);
	return `pool${index}${await derivedToken("detached turns", userId)}`;
}
