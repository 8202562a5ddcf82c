/** The body of `POST /v1/responses`, as far as an agent can do what it asks; unknown fields are ignored. */
import { z } from "zod";
import { functionFields } from "./client-tools.ts";
import { JsonSchemaFormat, MaxTokens, Metadata, settingFields, Unsupported } from "./model-settings.ts";

const CallId = z.string().min(1).max(200);

const InputPart = z.discriminatedUnion("type", [
	z.object({ type: z.literal("input_text"), text: z.string() }),
	z.object({ type: z.literal("output_text"), text: z.string() }),
	z.object({ type: z.literal("refusal"), refusal: z.string() }),
	z.object({ type: z.literal("input_image"), image_url: z.string().min(1) }),
]);
export type InputPart = z.infer<typeof InputPart>;

const InputItem = z.discriminatedUnion("type", [
	z.object({
		type: z.literal("message").optional(),
		role: z.enum(["user", "assistant", "system", "developer"]),
		content: z.union([z.string(), z.array(InputPart).max(1_000)]),
	}),
	z.object({
		type: z.literal("function_call"),
		call_id: CallId,
		name: z.string().min(1).max(200),
		arguments: z.string(),
	}),
	z.object({
		type: z.literal("function_call_output"),
		call_id: CallId,
		output: z.union([z.string(), z.array(InputPart).max(1_000)]),
	}),
	// What a client got from another model and sends back.
	z.object({ type: z.literal("reasoning") }),
]);
export type InputItem = z.infer<typeof InputItem>;

const TextFormat = z.discriminatedUnion("type", [
	z.object({ type: z.literal("text") }),
	z.object({ type: z.literal("json_object") }),
	z.object({ type: z.literal("json_schema"), ...JsonSchemaFormat.shape }),
]);

export const ResponseRequest = z
	.object({
		model: z.string().min(1).max(200).meta({ description: "An agent's id or name.", example: "Time keeper" }),
		input: z.union([z.string().min(1), z.array(InputItem).min(1).max(2_000)]),
		instructions: z
			.string()
			.nullish()
			.meta({ description: "Added to the agent's own system prompt, for this response." }),
		previous_response_id: z
			.string()
			.max(200)
			.nullish()
			.meta({ description: "The last response of the conversation that this one continues." }),
		stream: z.boolean().nullish(),
		background: z.boolean().nullish().meta({ description: "Answer at once; get the response by its id later." }),
		store: z.boolean().nullish().meta({ description: "`false`: nothing can continue this response." }),
		...settingFields,
		max_output_tokens: MaxTokens,
		text: z.object({ format: TextFormat.nullish() }).nullish(),
		tools: z
			.array(z.object({ type: z.literal("function"), ...functionFields }))
			.max(128)
			.nullish(),
		tool_choice: z
			.union([z.enum(["auto", "none", "required"]), z.object({ type: z.literal("function"), name: z.string() })])
			.nullish(),
		metadata: Metadata,
		top_logprobs: z.literal(0, { error: "not supported" }).nullish(),
		max_tool_calls: Unsupported,
		conversation: Unsupported,
		prompt: Unsupported,
	})
	.meta({ id: "ResponseRequest" });
export type ResponseRequest = z.infer<typeof ResponseRequest>;
