/** The error for one field of a request. */
import { AppError } from "#core/errors";

/** `pointer`: a JSON Pointer into the body. */
export function invalidParam(pointer: string, message: string): AppError {
	return new AppError("invalid_input", message, { details: { fields: [{ pointer, detail: message }] } });
}
