/** What goes wrong when texts are embedded, in our words. */
import { APICallError, JSONParseError, TypeValidationError } from "@ai-sdk/provider";
import { AppError } from "#core/errors";
import { type ModelFailure, modelFailure } from "#models/model-error";

interface EmbeddingFailure extends ModelFailure {
	/** The provider takes smaller requests only. */
	isTooLarge: boolean;
}

export function embeddingFailure(
	thrown: unknown,
	{ provider, model }: { provider: string; model: { modelId: string } },
): EmbeddingFailure {
	const { modelId } = model;
	const failure = modelFailure(isMisunderstood(thrown) ? thrown.cause : thrown, { provider, modelId });
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
