/** What happens to a WebSocket that a domain has opened: the account keeps it in mind, or nobody gets it. */
import { AppError } from "#core/errors";
import type { SocketPlace } from "#gateway/account-store";
import type { ForwardedCaller } from "#http/forward-headers";
import { accountOf, type Bindings } from "./context.ts";

/** RFC 6455 §7.4.1: policy violation. */
const refusedCode = 1008;
const retryAfterSeconds = 60;

/** Throws, with the socket closed, where its credential has died meanwhile or its user has too many. */
export async function keepSocket(
	env: Bindings,
	{ userId = "", role = "viewer", credentialId = "" }: ForwardedCaller,
	{ service, path }: Omit<SocketPlace, "credentialId">,
	socket: WebSocket,
): Promise<void> {
	try {
		const outcome = await accountOf(env, userId).keepSocket({ credentialId, service, path }, role);
		if (outcome === "revoked") throw new AppError("unauthenticated", "Sign in, or send an API key.");
		if (outcome === "too_many") {
			throw new AppError("rate_limited", "Too many WebSockets are open; close some before the next.", {
				details: { retryAfter: retryAfterSeconds },
			});
		}
	} catch (error) {
		socket.accept();
		socket.close(refusedCode, "refused");
		throw error;
	}
}
