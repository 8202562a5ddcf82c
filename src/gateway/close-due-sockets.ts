/** Closes the sockets of credentials that died, and tries again, ever more slowly, until the domain has obeyed. */
import type { AccountStore, OpenSocket } from "./account-store.ts";

const batch = 200;
const maxBackoffMs = 60_000;

/** `close` rejects where the socket may still be open. Never throws, and forgets none that it did not close. */
export async function closeDueSockets(
	store: AccountStore,
	close: (socket: OpenSocket) => Promise<void>,
): Promise<void> {
	await Promise.all(store.socketsToClose(Date.now(), batch).map(closeOne));

	async function closeOne(socket: OpenSocket): Promise<void> {
		try {
			await close(socket);
			store.forgetSocket(socket);
		} catch (error) {
			console.error(`the socket of a revoked credential may still be open at ${socket.service}`, error);
			const attempts = socket.attempts + 1;
			store.closeSocketAgain(socket, Date.now() + Math.min(500 * 2 ** attempts, maxBackoffMs), attempts);
		}
	}
}
