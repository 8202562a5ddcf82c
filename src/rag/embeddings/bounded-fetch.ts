/** Answers of vectors are as long as somebody else's server makes them: no more is held than any of them needs. */
import { AppError, asAppError } from "#core/errors";
import { readAtMost } from "#core/read-at-most";
import { brokenOff } from "#models/model-error";

const mostAnswerBytes = 32 * 1024 * 1024;

/** A `fetch` that gives whole answers. Throws `bad_gateway` for what is too long, whatever its status. */
export function boundedFetch(send: typeof fetch, provider: string): typeof fetch {
	return async function fetchWhole(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
		const response = await send(input, init);
		try {
			const bytes = await readAtMost(response, mostAnswerBytes, () => tooLong(provider));
			// Some statuses may have no body.
			return new Response(bytes.length > 0 ? bytes : null, response);
		} catch (error) {
			if (init?.signal?.aborted || asAppError(error)) throw error;
			throw brokenOff();
		}
	};
}

function tooLong(provider: string): AppError {
	return new AppError("bad_gateway", `${provider} gave an answer of more than ${mostAnswerBytes / 1024 / 1024} MiB.`);
}
