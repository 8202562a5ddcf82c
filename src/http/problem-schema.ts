/** How problem+json stands in the OpenAPI documents. */
import { z } from "@hono/zod-openapi";
import { errorCodes } from "#core/errors";

export const ProblemSchema = z
	.object({
		type: z.string(),
		title: z.string(),
		status: z.number().int(),
		detail: z.string(),
		code: z.enum(errorCodes),
		error: z.string(),
		traceId: z.string().optional(),
		errors: z
			.array(
				z.object({
					...{ pointer: z.string(), detail: z.string() },
					...{ nodeId: z.string().optional(), edgeId: z.string().optional() },
				}),
			)
			.optional(),
	})
	.openapi("Problem");
