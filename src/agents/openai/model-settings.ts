/** The settings of a model call that OpenAI's requests share. */
import { z } from "zod";
import type { TurnSettings } from "#agents/turn";

export const settingFields = {
	temperature: z.number().min(0).max(2).nullish(),
	top_p: z.number().min(0).max(1).nullish(),
};

/** A field that asks for what agents do not do: refused where it is set. */
export const Unsupported = z.null({ error: "not supported" }).optional();

export const MaxTokens = z.int().min(1).max(10_000_000).nullish();

/** At most 16 pairs, as OpenAI allows. */
export const Metadata = z
	.record(z.string().max(64), z.string().max(512))
	.refine((pairs) => Object.keys(pairs).length <= 16, "at most 16 pairs")
	.nullish();

const jsonSchemaFields = {
	name: z.string().max(64).nullish(),
	description: z.string().max(10_000).nullish(),
	schema: z.record(z.string(), z.unknown()).nullish(),
};
export const JsonSchemaFormat = z.object(jsonSchemaFields);

type ResponseFormat =
	| { type: "text" }
	| { type: "json_object" }
	| ({ type: "json_schema" } & z.infer<typeof JsonSchemaFormat>);

export function responseFormat(format: ResponseFormat | null | undefined): TurnSettings["responseFormat"] {
	if (!format || format.type === "text") return undefined;
	if (format.type === "json_object") return { type: "json" };
	const { name, description, schema } = format;
	return { type: "json", ...(schema && { schema }), ...(name && { name }), ...(description && { description }) };
}
