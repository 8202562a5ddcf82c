/**
 * The requests of one step of OAuth. Where they go to is what a server says that means no good, perhaps: only to
 * addresses that the deployment lets us call, by https unless it names the host, and within a time and a size.
 */
import { checkUrl, type EgressPolicy, isAllowListed } from "#core/egress";
import { AppError, asAppError } from "#core/errors";
import { unlessAborted } from "#core/unless-aborted";
import { newExchange } from "#tools/mcp/exchange";
import { guardedFetch } from "#tools/mcp/guarded-fetch";
import { late, McpFailure } from "#tools/mcp/mcp-failure";
import { oauthFailure } from "./oauth-failure.ts";

export interface OAuthHttp {
	fetch(url: string | URL, init?: RequestInit): Promise<Response>;
	/** For an address that is not called yet; throws `address_not_allowed`. */
	check(url: string | URL): Promise<URL>;
}

export interface Outside {
	fetch: typeof fetch;
	egress: EgressPolicy;
}

/** Bytes of all answers of a step. */
const maxBytes = 262_144;
const timeoutMs = 15_000;

/** Throws an AppError, whatever `step` throws; where a request was refused, which the SDK may swallow, that. */
export async function withOAuthHttp<T>({ fetch, egress }: Outside, step: (http: OAuthHttp) => Promise<T>): Promise<T> {
	const exchange = newExchange(maxBytes);
	const timer = setTimeout(() => exchange.end(new McpFailure("gateway_timeout", late)), timeoutMs);
	let refusal: AppError | undefined;
	const http: OAuthHttp = {
		fetch: guardedFetch(checkedSend, () => exchange),
		check: checkSecure,
	};
	try {
		return await unlessAborted(step(http), exchange.signal);
	} catch (thrown) {
		throw refusal ?? oauthFailure(thrown, exchange);
	} finally {
		clearTimeout(timer);
	}

	async function checkedSend(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
		try {
			await checkSecure(input instanceof Request ? input.url : input);
			return await fetch(input, init);
		} catch (error) {
			refusal ??= asAppError(error);
			throw error;
		}
	}

	async function checkSecure(input: string | URL): Promise<URL> {
		const url = await checkUrl(input, egress);
		if (url.protocol === "https:" || isAllowListed(url, egress)) return url;
		throw new AppError("address_not_allowed", `OAuth needs https, which "${url.hostname}" is not called by.`);
	}
}
