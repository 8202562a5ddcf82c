/** What goes wrong at a provider that answers as a whole, as embedding and reranking models do, in our words. */
import { APICallError, JSONParseError, TypeValidationError } from "@ai-sdk/provider";
import { AppError, asAppError } from "#core/errors";
import { type ModelFailure, modelFailure } from "./model-error.ts";

export interface ProviderFailure extends ModelFailure {
	/** The provider takes smaller requests only. */
	isTooLarge: boolean;
}

export function providerFailure(thrown: unknown, model: { provider: string; modelId: string }): ProviderFailure {
	const isWrapped = isMisunderstood(thrown) || isRefusedByUs(thrown);
	const failure = modelFailure(isWrapped ? thrown.cause : thrown, model);
	const status = APICallError.isInstance(thrown) ? thrown.statusCode : undefined;
	const isTooLarge = status === 413;
	if (status !== 429) return { ...failure, isTooLarge };
	const { message, details } = failure.error;
	return { ...failure, error: new AppError("rate_limited", message, { details }), isTooLarge };
}

/** A whole answer in another form than expected; asking again would bring the same. */
function isMisunderstood(thrown: unknown): thrown is APICallError {
	if (!APICallError.isInstance(thrown) || (thrown.statusCode ?? 200) !== 200) return false;
	const { cause } = thrown;
	return JSONParseError.isInstance(cause) || TypeValidationError.isInstance(cause) || cause instanceof SyntaxError;
}

/** What our own `fetch` threw, as the package of Workers AI passes it on. */
function isRefusedByUs(thrown: unknown): thrown is APICallError {
	return APICallError.isInstance(thrown) && asAppError(thrown.cause) !== undefined;
}

/** Of what a provider refuses, without its body, which repeats what was sent. */
export async function refusal(response: Response): Promise<APICallError> {
	await response.body?.cancel();
	return new APICallError({
		message: "The request was refused.",
		url: "",
		requestBodyValues: undefined,
		statusCode: response.status,
		responseHeaders: Object.fromEntries(response.headers),
	});
}
