/**
 * The door by which the gateway has a domain close the WebSockets of a credential that died. It is for the gateway alone:
 * no path from outside is routed there.
 */
import { z } from "zod";

export const closeSocketsPath = "/internal/close-sockets";

export const CloseSockets = z.object({
	/** At which the sockets were opened. */
	path: z.string(),
	/** The login session or API key that opened them. */
	credentialId: z.string().min(1),
});
export type CloseSockets = z.infer<typeof CloseSockets>;
