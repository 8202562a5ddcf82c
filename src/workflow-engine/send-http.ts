/** The request of an `http` node: read up to a size, and a failure where the server says that it is one. */
import { AppError, asAppError, type ErrorCode } from "#core/errors";
import { readAtMost } from "#core/read-at-most";
import { secondsToWait } from "#core/retry-after";
import { version } from "#core/version";
import type { HttpRequest } from "./step-request.ts";

export interface HttpAnswer {
	status: number;
	headers: Record<string, string>;
	/** JSON where the server says that it is, else text. */
	body: unknown;
}

const maxBodyBytes = 300_000;
const failures: Record<number, ErrorCode> = {
	401: "forbidden",
	403: "forbidden",
	404: "not_found",
	408: "gateway_timeout",
	410: "not_found",
	429: "rate_limited",
	503: "service_unavailable",
	504: "gateway_timeout",
};

/** `key` goes along as `Idempotency-Key`. Throws `bad_gateway` and its like for 4xx and 5xx, `address_not_allowed`. */
export async function sendHttp(
	send: typeof fetch,
	{ url, method, headers, body }: HttpRequest,
	key: string,
	signal: AbortSignal,
): Promise<HttpAnswer> {
	const host = URL.parse(url)?.host || "The server";
	const given = requestHeaders(headers);
	if (method !== "GET" && method !== "HEAD" && !given.has("idempotency-key")) given.set("idempotency-key", key);
	if (!given.has("user-agent")) given.set("user-agent", `agentic-edge/${version}`);
	const init: RequestInit = { method, headers: given, signal };
	if (body !== undefined && method !== "GET" && method !== "HEAD") {
		init.body = typeof body === "string" ? body : JSON.stringify(body);
		if (!given.has("content-type"))
			given.set("content-type", typeof body === "string" ? "text/plain" : "application/json");
	}
	try {
		const response = await send(url, init);
		const text = new TextDecoder().decode(await readAtMost(response, maxBodyBytes, () => tooLarge(host)));
		if (response.status >= 400) {
			const code = failures[response.status] ?? (response.status >= 500 ? "bad_gateway" : "invalid_input");
			const retryAfter = secondsToWait(response.headers.get("retry-after"));
			throw new AppError(code, `${host} answered ${response.status}.`, { details: { retryAfter } });
		}
		return { status: response.status, headers: shownHeaders(response.headers), body: parsed(text, response.headers) };
	} catch (cause) {
		if (signal.aborted) throw signal.reason;
		throw asAppError(cause) ?? new AppError("bad_gateway", `${host} could not be reached.`, { cause });
	}
}

function requestHeaders(headers: Record<string, string>): Headers {
	try {
		return new Headers(headers);
	} catch (cause) {
		throw new AppError("invalid_input", "A header has a name or value that HTTP does not allow.", { cause });
	}
}

function tooLarge(host: string): AppError {
	return new AppError("limit_exceeded", `${host} answered more than ${maxBodyBytes} bytes.`);
}

/** Without what would let others act for the person. */
function shownHeaders(headers: Headers): Record<string, string> {
	return Object.fromEntries([...headers].filter(([name]) => name !== "set-cookie"));
}

function parsed(text: string, headers: Headers): unknown {
	if (!/^application\/([\w.-]+\+)?json\b/i.test(headers.get("content-type") ?? "")) return text;
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
