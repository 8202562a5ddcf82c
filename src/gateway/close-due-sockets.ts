/** Closes the sockets of credentials that died, and tries again, ever more slowly, where a domain does not obey. */
import type { AccountStore, OpenSocket } from "./account-store.ts";

const batch = 200;
const maxAttempts = 20;
const maxBackoffMs = 60_000;
/** An upgrade may be on its way to the domain when its credential dies: its path is closed once more after this. */
const settleMs = 5_000;

/** `close` rejects where the socket may still be open. Never throws. */
export async function closeDueSockets(
	store: AccountStore,
	isAlive: (credentialId: string) => boolean,
	close: (socket: OpenSocket) => Promise<void>,
): Promise<void> {
	const due = store.socketsToClose(Date.now(), batch);
	await Promise.all(due.map(closeOne));

	async function closeOne(socket: OpenSocket): Promise<void> {
		try {
			await close(socket);
		} catch (error) {
			console.error(`the socket of a revoked credential is still open at ${socket.service}`, error);
			return retry(socket);
		}
		const settled = isAlive(socket.credentialId) || Date.now() - (socket.revokedAt ?? 0) >= settleMs;
		if (settled) store.forgetSocket(socket);
		else store.closeSocketAgain(socket, Date.now() + settleMs, 0);
	}

	function retry(socket: OpenSocket): void {
		const attempts = socket.attempts + 1;
		const backoffMs = Math.min(500 * 2 ** attempts, maxBackoffMs);
		if (attempts >= maxAttempts) store.forgetSocket(socket);
		else store.closeSocketAgain(socket, Date.now() + backoffMs, attempts);
	}
}
