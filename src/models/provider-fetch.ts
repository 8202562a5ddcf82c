/** Tells "the provider could not be reached" from all other errors; workerd's own have neither class nor code. */

import { APICallError } from "@ai-sdk/provider";
import { asAppError } from "#core/errors";

/** A `fetch` whose network failures are the AI SDK's retryable errors; an abort and an AppError pass unchanged. */
export function reportUnreachable(send: typeof fetch): typeof fetch {
	return async function providerFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
		try {
			return await send(input, init);
		} catch (error) {
			if (init?.signal?.aborted || asAppError(error)) throw error;
			throw new APICallError({
				message: "The provider could not be reached.",
				url: "",
				requestBodyValues: undefined,
				cause: error,
				isRetryable: true,
			});
		}
	};
}
