/** A zod schema whose values have at most so many characters as JSON: what is open-ended has to fit into a row. */
import type { z } from "zod";

export function sized<Schema extends z.ZodType>(schema: Schema, most: number): Schema {
	return schema.refine((value) => JSON.stringify(value).length <= most, `longer than ${most} characters as JSON`);
}
