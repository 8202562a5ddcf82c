/** What a call that waits for its caller's answer leaves with him: signed, and of no use to another user. */
import { createRequestStateCodec, type RequestStateCodec } from "@modelcontextprotocol/server";

/** How long a person may think about it. */
const ttlSeconds = 600;

/** The key is made when it is first needed: most requests carry no state. */
export function requestStateCodec(userId: string, key: () => Promise<Uint8Array>): RequestStateCodec {
	let made: Promise<RequestStateCodec> | undefined;
	const codec = () => (made ??= key().then((key) => createRequestStateCodec({ key, ttlSeconds, bind: () => userId })));
	return {
		mint: async (payload, mcp) => await (await codec()).mint(payload, mcp),
		verify: async (state, mcp) => await (await codec()).verify(state, mcp),
	};
}
