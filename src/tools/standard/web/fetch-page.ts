/** `web_fetch`: one HTTP request, and what the server answered. */
import { z } from "zod";
import { decodeUtf8 } from "#core/character-encoding";
import { AppError } from "#core/errors";
import { standardTool, type ToolScope } from "#tools/standard/standard-tool";
import { decodeText } from "./decode-text.ts";
import { ownHeaders } from "./own-headers.ts";
import { type Answer, sendRequest } from "./send-request.ts";
import { timeoutMs, url } from "./web-fields.ts";

/** As JSON the result of a tool has a million characters at most. */
const maxTextBytes = 400_000;
const maxBinaryBytes = 256 * 1024;

/** What tells something of the answer; the rest, cookies above all, is not for a model. */
const shownHeaders = new Set(
	"age allow cache-control content-disposition content-language content-length content-type date etag expires last-modified link location retry-after x-ratelimit-limit x-ratelimit-remaining x-ratelimit-reset x-total-count".split(
		" ",
	),
);
export const fetchPage = standardTool({
	id: "web_fetch",
	name: "Fetch a URL",
	description:
		"Sends one HTTP request to a public http(s) address and answers status, headers and body. Use it for APIs, JSON, feeds and raw files; to read an article or documentation, prefer web_to_markdown. A JSON body needs the header Content-Type: application/json. A status of 400 and above is an answer, not an error.",
	category: "web",
	// It may POST; viewers read with web_to_markdown.
	writes: true,
	input: z.strictObject({
		url,
		method: z
			.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
			.default("GET")
			.meta({ description: "HTTP method.", examples: ["GET", "POST"] }),
		headers: z
			.record(
				z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,99}$/),
				z
					.string()
					.max(4_000)
					.regex(/^[\t\x20-\x7e]*$/),
			)
			.refine((headers) => Object.keys(headers).length <= 50, "At most 50 headers.")
			.default({})
			.meta({ description: "Request headers.", examples: [{ Accept: "application/json" }] }),
		body: z
			.string()
			.max(200_000)
			.optional()
			.meta({ description: "Body of a POST, PUT, PATCH or DELETE.", examples: ['{"name":"Ada"}'] }),
		maxBytes: z
			.number()
			.int()
			.min(1)
			.max(maxTextBytes)
			.default(100_000)
			.meta({ description: "Where to cut a text.", examples: [20_000] }),
		timeoutMs,
	}),
	output: z.object({
		url: z.string().meta({ description: "Where the answer is from, after redirects." }),
		status: z.number().int(),
		headers: z.record(z.string(), z.string()),
		contentType: z.string().nullable(),
		encoding: z.enum(["text", "base64"]),
		body: z.string().meta({ description: "Empty for bytes of more than 256 KiB." }),
		truncated: z.boolean().meta({ description: "Whether the server had more than `body`." }),
	}),
	examples: [
		{ title: "Ask an API", input: { url: "https://api.github.com/zen", headers: { Accept: "text/plain" } } },
		{
			title: "Send JSON",
			input: {
				url: "https://httpbin.org/post",
				method: "POST",
				headers: { "Content-Type": "application/json" },
				body: '{"name":"Ada"}',
			},
		},
	],
	async run({ url, method, headers, body, maxBytes, timeoutMs }, scope) {
		const isRead = method === "GET" || method === "HEAD" || method === "OPTIONS";
		if (isRead && body !== undefined) throw new AppError("invalid_input", `A ${method} request has no body.`);
		const init = { method, body, headers: headersOf(headers, isRead ? undefined : scope) };
		const limits = { timeoutMs, maxBytes: Math.max(maxBytes, maxBinaryBytes) };
		const answer = await sendRequest(scope, url, init, limits);
		return {
			url: answer.url,
			status: answer.status,
			headers: Object.fromEntries([...answer.headers].filter(([name]) => shownHeaders.has(name))),
			contentType: answer.headers.get("content-type"),
			...contentOf(answer, maxBytes),
		};
	},
});

/** A server that knows `Idempotency-Key` does the work once, however often the call is tried. */
function headersOf(given: Record<string, string>, scope?: Pick<ToolScope, "idempotencyKey">): Headers {
	const refused = Object.keys(given).find((name) => ownHeaders.test(name));
	if (refused !== undefined) throw new AppError("invalid_input", `The header "${refused}" cannot be set.`);
	const headers = new Headers(given);
	if (scope && !headers.has("idempotency-key")) headers.set("idempotency-key", scope.idempotencyKey);
	return headers;
}

function contentOf({ body, headers, truncated }: Answer, maxBytes: number) {
	const contentType = headers.get("content-type") ?? "";
	const shown = { bytes: body.subarray(0, maxBytes), truncated: truncated || body.length > maxBytes };
	if (
		isText(contentType) ||
		(contentType === "" && !body.includes(0) && decodeUtf8(shown.bytes, shown.truncated) !== undefined)
	) {
		const text = decodeText(shown.bytes, { contentType, truncated: shown.truncated });
		return { encoding: "text" as const, body: text, truncated: shown.truncated };
	}
	const tooLong = truncated || body.length > maxBinaryBytes;
	return { encoding: "base64" as const, body: tooLong ? "" : body.toBase64(), truncated: tooLong };
}

function isText(contentType: string): boolean {
	return /^\s*(?:text\/|[^;]*[/+](?:json|xml|yaml|x-ndjson|jsonl|javascript|ecmascript|x-www-form-urlencoded|graphql|toml|sql)\s*(?:;|$))/i.test(
		contentType,
	);
}
