/** Any JSON value, for schemas; its OpenAPI form is written out, because zod's own refers to itself without a name. */
import { z } from "zod";

export const JsonValue = z.json().meta({
	id: "JsonValue",
	type: ["string", "number", "boolean", "object", "array", "null"],
	description: "Any JSON value.",
});
