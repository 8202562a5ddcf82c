/** JSON bodies and answers as a route declares them. */
import type { z } from "zod";

export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
	return { required: true, content: { "application/json": { schema } } } as const;
}

export function jsonAnswer<Schema extends z.ZodType>(description: string, schema: Schema) {
	return { description, content: { "application/json": { schema } } };
}
