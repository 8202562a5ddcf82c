/** A `fetch` with a user's token: it goes to the server's own origin, and to no other. */
import { extractWWWAuthenticateParams } from "@modelcontextprotocol/client";
import type { McpFailure } from "#tools/mcp/mcp-failure";
import type { Challenge } from "./grant.ts";

export interface TokenSource {
	/** Undefined where the user has not authorised us; the server says what it makes of that. */
	token(): Promise<string | undefined>;
	/** Another token than the one that the server refused; undefined where there is none to be had. */
	renewed(refused: string): Promise<string | undefined>;
	/** The server wants a token, and takes this one for none. */
	refused(challenge: Challenge, token: string | undefined): Promise<McpFailure>;
	/** The token is good, but not for this. */
	insufficient(challenge: Challenge): Promise<McpFailure>;
}

/** Characters of what a server says it wants. */
const maxLength = 2_000;

export function authorizedFetch(send: typeof fetch, origin: string, source: TokenSource): typeof fetch {
	return async function fetchAuthorized(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
		if (new URL(input instanceof Request ? input.url : input).origin !== origin) return await send(input, init);
		let token = await source.token();
		let response = await send(input, withToken(init, token));
		if (response.status === 401 && token !== undefined) {
			token = await source.renewed(token);
			if (token !== undefined) {
				await response.body?.cancel();
				response = await send(input, withToken(init, token));
			}
		}
		const { error, scope, resourceMetadataUrl } = extractWWWAuthenticateParams(response);
		const isInsufficient = response.status === 403 && error === "insufficient_scope";
		if (response.status !== 401 && !isInsufficient) return response;
		await response.body?.cancel();
		const challenge = { scope: short(scope), resourceMetadataUrl: short(resourceMetadataUrl?.href) };
		throw await (isInsufficient ? source.insufficient(challenge) : source.refused(challenge, token));
	};
}

function withToken(init: RequestInit, token: string | undefined): RequestInit {
	if (token === undefined) return init;
	const headers = new Headers(init.headers);
	headers.set("authorization", `Bearer ${token}`);
	return { ...init, headers };
}

function short(text: string | undefined): string | undefined {
	return text !== undefined && text.length <= maxLength ? text : undefined;
}
