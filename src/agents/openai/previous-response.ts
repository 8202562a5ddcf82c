/** What is wrong with `previous_response_id`, said of that field. */
import { AppError, asAppError } from "#core/errors";

/** The same error, unless it says that the response before is not there. */
export function previousNotFound(thrown: unknown): unknown {
	if (asAppError(thrown)?.code !== "not_found") return thrown;
	const message = "The previous response was not found, or belongs to another model.";
	const fields = [{ pointer: "/previous_response_id", detail: message }];
	return new AppError("not_found", message, { cause: thrown, details: { fields } });
}
