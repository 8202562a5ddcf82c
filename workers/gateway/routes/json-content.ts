/** How a JSON body stands in a route. */
import type { ZodType } from "zod";

export function json<Schema extends ZodType>(schema: Schema, description: string) {
	return { description, content: { "application/json": { schema } } };
}

export function requiredJson<Schema extends ZodType>(schema: Schema) {
	return { required: true as const, content: { "application/json": { schema } } };
}
