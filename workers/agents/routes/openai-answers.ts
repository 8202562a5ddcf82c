/** What the routes at OpenAI's paths have in common in the OpenAPI document. */
import { z } from "zod";
import { jsonAnswer } from "#http/json-content";

const OpenAiErrorBody = z
	.object({
		error: z.object({ message: z.string(), type: z.string(), param: z.string().nullable(), code: z.string() }),
	})
	.meta({ id: "OpenAiError" });

/** OpenAI's own reference describes its objects. */
export const openAiObject = z.looseObject({ object: z.string() });
export const openAiErrors = { default: jsonAnswer("An error as OpenAI words it.", OpenAiErrorBody) };
export const eventStream = { "text/event-stream": { schema: { type: "string" } } } as const;

/** The stream of a run's object, passed on as it is. */
export function passOn({ body, status, headers }: Response): never {
	return new Response(body, { status, headers }) as never;
}
