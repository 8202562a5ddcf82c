/** A definition has to fit into one row of the database, and so does what an execution is asked: rows count bytes. */
import { AppError } from "#core/errors";
import { maxRunBytes } from "./limits.ts";
import type { Definition } from "./schema.ts";

/** Throws `limit_exceeded`. */
export function checkDefinitionLength(definition: Definition): void {
	if (fitsRow(definition)) return;
	throw new AppError(
		"limit_exceeded",
		`The workflow is longer than ${maxRunBytes.toLocaleString("en-US")} bytes as JSON.`,
	);
}

export function fitsRow(value: object): boolean {
	const json = JSON.stringify(value);
	// A UTF-16 unit is at most three bytes.
	return json.length * 3 <= maxRunBytes || new TextEncoder().encode(json).byteLength <= maxRunBytes;
}
