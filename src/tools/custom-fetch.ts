/**
 * The `fetch` of a custom tool: declared hosts only, also after a redirect; secrets are put in here, outside of the
 * sandbox, and taken out of what comes back. Nothing is kept between requests, cookies neither.
 */
import { type EgressPolicy, redirected, redirectTarget } from "#core/egress";
import { AppError, asAppError } from "#core/errors";
import { declaredUrl, redirectedUrl } from "./declared-hosts.ts";
import type { ScriptFetch, ScriptRequest } from "./sandbox/call-out.ts";
import type { SecretSlots } from "./secret-slots.ts";
import { decodeText } from "./standard/web/decode-text.ts";
import { ownHeaders } from "./standard/web/own-headers.ts";
import { type Answer, sendRequest } from "./standard/web/send-request.ts";

export interface CustomFetchOptions {
	hosts: readonly string[];
	slots: SecretSlots;
	egress: EgressPolicy;
	/** Checks every address that it is given. */
	fetch: typeof fetch;
	/** Milliseconds. */
	timeoutMs: number;
	/** Of the call of the tool; its requests that change something each get one of their own from it. */
	idempotencyKey: string;
}

const methods = new Set(["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]);
const readMethods = new Set(["GET", "HEAD", "OPTIONS"]);
const maxRedirects = 5;
const maxRequestLength = 1_000_000;
const maxAnswerBytes = 1_000_000;

export function customFetch(options: CustomFetchOptions): ScriptFetch {
	const { idempotencyKey } = options;
	const { mask } = options.slots;
	let requests = 0;
	return async function fetchForScript(request, signal) {
		const key = `${idempotencyKey}:${++requests}`;
		try {
			const { status, headers, body } = await send(request, key, signal, options);
			const shown = [...headers].filter(([name]) => name !== "set-cookie");
			const text = decodeText(body, { contentType: headers.get("content-type") ?? "", truncated: false });
			return {
				status,
				headers: Object.fromEntries(shown.map(([name, value]) => [mask.text(name), mask.text(value)])),
				body: mask.text(text),
			};
		} catch (cause) {
			// What a library says of a header or an address may repeat it.
			const message = mask.text(cause instanceof Error ? cause.message : String(cause));
			const known = asAppError(cause);
			throw known ? new AppError(known.code, message, { cause }) : new Error(message, { cause });
		}
	};
}

async function send(
	request: ScriptRequest,
	idempotencyKey: string,
	signal: AbortSignal,
	{ hosts, slots, egress, fetch, timeoutMs }: CustomFetchOptions,
): Promise<Answer> {
	let url = filledUrl(declaredUrl(URL.parse(request.url), hosts, egress), slots);
	let init: RequestInit = { ...filledInit(request, idempotencyKey, slots), redirect: "manual" };
	for (let redirects = 0; redirects <= maxRedirects; redirects++) {
		const answer = await sendRequest({ fetch, signal }, url.href, init, { timeoutMs, maxBytes: maxAnswerBytes });
		const location = redirectTarget(answer);
		if (location === null) {
			if (!answer.truncated) return answer;
			throw new AppError("limit_exceeded", `The answer of ${url.host} is larger than ${maxAnswerBytes} bytes.`);
		}
		const target = redirectedUrl(URL.parse(location, url), hosts, egress);
		init = redirected(init, answer.status, url, target);
		url = target;
	}
	throw new AppError("address_not_allowed", `${url.host} redirects more than ${maxRedirects} times.`);
}

function filledInit(
	{ method: given, headers: texts, body }: ScriptRequest,
	key: string,
	slots: SecretSlots,
): RequestInit {
	const method = given.toUpperCase();
	if (!methods.has(method)) throw new AppError("invalid_input", `The method "${given}" cannot be used.`);
	if ((body?.length ?? 0) > maxRequestLength) {
		throw new AppError("limit_exceeded", `The body is longer than ${maxRequestLength} characters.`);
	}
	// A part of an answer could show a part of a secret, which is not found any more.
	const refused = Object.keys(texts).find((name) => ownHeaders.test(name) || /^(?:if-)?range$/i.test(name));
	if (refused !== undefined) throw new AppError("invalid_input", `The header "${refused}" cannot be set.`);
	const headers = new Headers(Object.entries(texts).map(([name, value]) => [name, slots.fill(value)]));
	if (readMethods.has(method)) return { method, headers };
	if (!headers.has("idempotency-key")) headers.set("idempotency-key", key);
	return { method, headers, ...(body !== undefined && { body: slots.fillBody(body, headers.get("content-type")) }) };
}

/** In the query alone: a secret decides neither whom a request goes to, nor stands where servers write it down. */
function filledUrl(url: URL, slots: SecretSlots): URL {
	if (slots.isIn(url.pathname)) throw new AppError("invalid_input", "A secret cannot stand in the path of an address.");
	const filled = new URL(url);
	filled.search = slots.fill(url.search, encodeURIComponent);
	filled.hash = "";
	return filled;
}
