/** What `web_search` asks of a search engine, and how an answer in JSON is got from one. */
import type { z } from "zod";
import { AppError } from "#core/errors";
import { secondsToWait } from "#core/retry-after";
import type { ToolScope } from "#tools/standard/standard-tool";
import { sendRequest } from "./send-request.ts";

export interface Search {
	query: string;
	count: number;
	page: number;
	language?: string;
	timeRange?: "day" | "week" | "month" | "year";
	safeSearch: "off" | "moderate" | "strict";
}

export interface SearchResult {
	title: string;
	url: string;
	snippet: string;
	publishedAt: string | null;
}

export type SearchEngine = (search: Search, scope: ToolScope) => Promise<SearchResult[]>;

interface Asked<T> {
	/** As messages name it. */
	engine: string;
	url: URL;
	headers?: Record<string, string>;
	answer: z.ZodType<T>;
	/** What its operator should know where it refuses (401, 403). */
	refusal: string;
}

const limits = { timeoutMs: 10_000, maxBytes: 1024 * 1024 };

/** @throws {AppError} `rate_limited`, `bad_gateway`, and what sending throws. */
export async function askEngine<T>(scope: ToolScope, { engine, url, headers, answer, refusal }: Asked<T>): Promise<T> {
	// No redirect: the key in the headers is for this address.
	const init: RequestInit = { headers: { accept: "application/json", ...headers }, redirect: "error" };
	const { status, headers: told, body } = await sendRequest(scope, url.href, init, limits);
	if (status === 429) {
		const retryAfter = secondsToWait(told.get("retry-after"));
		throw new AppError("rate_limited", `${engine} allows no more searches for now.`, { details: { retryAfter } });
	}
	if (status === 401 || status === 403) throw new AppError("bad_gateway", `${engine} refuses to search. ${refusal}`);
	if (status !== 200) throw new AppError("bad_gateway", `${engine} answered with status ${status}.`);
	const parsed = answer.safeParse(jsonIn(body));
	if (!parsed.success) throw new AppError("bad_gateway", `${engine} did not answer with search results.`);
	return parsed.data;
}

function jsonIn(body: Uint8Array): unknown {
	try {
		return JSON.parse(new TextDecoder().decode(body));
	} catch {
		return undefined;
	}
}
