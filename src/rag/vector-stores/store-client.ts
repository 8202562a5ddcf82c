/** Calls a store that speaks JSON over HTTP. */
import type { z } from "zod";
import { AppError, asAppError } from "#core/errors";
import { readAtMost } from "#core/read-at-most";
import {
	mostAnswerBytes,
	notUnderstood,
	statusFailure,
	timeoutFailure,
	tooLong,
	unreachable,
} from "./store-failure.ts";
import type { StoreSurroundings } from "./store-surroundings.ts";

export interface StoreRequest<Answer> {
	method: "GET" | "POST" | "DELETE";
	path: string;
	/** Sent as JSON, unless it has a type of its own. */
	body?: unknown;
	answer: z.ZodType<Answer>;
	/** What to say where the store answers 422. */
	refused?: string;
}

export interface StoreClient {
	call<Answer>(request: StoreRequest<Answer>): Promise<Answer>;
	/** Undefined where the store says that there is no such thing. */
	find<Answer>(request: StoreRequest<Answer>): Promise<Answer | undefined>;
}

interface Service {
	/** What messages call it. */
	name: string;
	url: string;
	headers: Record<string, string>;
}

export function storeClient({ name, url, headers }: Service, { fetch, timeoutMs }: StoreSurroundings): StoreClient {
	const base = url.replace(/\/+$/, "");
	return {
		async call(request) {
			const answer = await send(request);
			if (answer === undefined) throw statusFailure(name, 404, null);
			return answer;
		},
		find: send,
	};

	async function send<Answer>(request: StoreRequest<Answer>): Promise<Answer | undefined> {
		const { method, path, body, answer, refused } = request;
		const signal = AbortSignal.timeout(timeoutMs);
		try {
			const response = await fetch(`${base}${path}`, { method, signal, ...content(body) });
			if (!response.ok) {
				await response.body?.cancel();
				// Cloudflare says 410 of what is no longer there.
				if (response.status === 404 || response.status === 410) return undefined;
				if (response.status === 422 && refused) throw new AppError("bad_gateway", refused);
				throw statusFailure(name, response.status, response.headers.get("retry-after"));
			}
			const bytes = await readAtMost(response, mostAnswerBytes, () => tooLong(name));
			const json = parseJson(new TextDecoder().decode(bytes));
			const parsed = answer.safeParse(json);
			// Also where any answer would do.
			if (json === undefined || !parsed.success) throw notUnderstood(name);
			return parsed.data;
		} catch (error) {
			if (signal.aborted) throw timeoutFailure(name);
			throw asAppError(error) ?? unreachable(name);
		}
	}

	function content(body: unknown): { headers: Record<string, string>; body?: string | Blob } {
		if (body === undefined) return { headers };
		if (body instanceof Blob) return { headers: { ...headers, "content-type": body.type }, body };
		return { headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) };
	}
}

/** Some answer with nothing. Undefined where it is no JSON. */
function parseJson(text: string): unknown {
	try {
		return text === "" ? {} : JSON.parse(text);
	} catch {
		return undefined;
	}
}
