/** The body of `POST /v1/chat/completions`, as far as an agent can do what it asks; unknown fields are ignored. */
import { z } from "zod";
import { functionFields } from "./client-tools.ts";
import { JsonSchemaFormat, MaxTokens, Metadata, settingFields, Unsupported } from "./model-settings.ts";

const Name = z.string().nullish();
const TextPart = z.object({ type: z.literal("text"), text: z.string() });
const RefusalPart = z.object({ type: z.literal("refusal"), refusal: z.string() });
const ImagePart = z.object({ type: z.literal("image_url"), image_url: z.object({ url: z.string().min(1) }) });
const Text = z.union([z.string(), z.array(TextPart).max(1_000)]);

const ToolCall = z.object({
	id: z.string().min(1).max(200),
	type: z.literal("function").optional(),
	function: z.object({ name: z.string().min(1).max(200), arguments: z.string() }),
});

const ChatMessage = z.discriminatedUnion("role", [
	z.object({ role: z.enum(["system", "developer"]), content: Text, name: Name }),
	z.object({
		role: z.literal("user"),
		content: z.union([z.string(), z.array(z.discriminatedUnion("type", [TextPart, ImagePart])).max(1_000)]),
		name: Name,
	}),
	z.object({
		role: z.literal("assistant"),
		content: z.union([z.string(), z.array(z.discriminatedUnion("type", [TextPart, RefusalPart])).max(1_000)]).nullish(),
		refusal: z.string().nullish(),
		tool_calls: z.array(ToolCall).max(128).nullish(),
		function_call: Unsupported,
		name: Name,
	}),
	z.object({ role: z.literal("tool"), content: Text, tool_call_id: z.string().min(1).max(200) }),
]);
export type ChatMessage = z.infer<typeof ChatMessage>;

const ResponseFormat = z.discriminatedUnion("type", [
	z.object({ type: z.literal("text") }),
	z.object({ type: z.literal("json_object") }),
	z.object({ type: z.literal("json_schema"), json_schema: JsonSchemaFormat }),
]);

export const ChatRequest = z
	.object({
		model: z.string().min(1).max(200).meta({ description: "An agent's id or name.", example: "Time keeper" }),
		messages: z.array(ChatMessage).min(1).max(2_000),
		stream: z.boolean().nullish(),
		stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
		...settingFields,
		max_tokens: MaxTokens,
		max_completion_tokens: MaxTokens,
		stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
		seed: z.int().nullish(),
		presence_penalty: z.number().min(-2).max(2).nullish(),
		frequency_penalty: z.number().min(-2).max(2).nullish(),
		response_format: ResponseFormat.nullish(),
		tools: z
			.array(z.object({ type: z.literal("function"), function: z.object(functionFields) }))
			.max(128)
			.nullish(),
		tool_choice: z
			.union([
				z.enum(["auto", "none", "required"]),
				z.object({ type: z.literal("function"), function: z.object({ name: z.string() }) }),
			])
			.nullish(),
		metadata: Metadata,
		n: z.literal(1, { error: "an agent gives one answer" }).nullish(),
		logprobs: z.literal(false, { error: "not supported" }).nullish(),
		top_logprobs: z.literal(0, { error: "not supported" }).nullish(),
		logit_bias: z.strictObject({}, { error: "not supported" }).nullish(),
		modalities: z.array(z.literal("text", { error: "not supported" })).nullish(),
		audio: Unsupported,
		functions: Unsupported,
		function_call: Unsupported,
		prediction: Unsupported,
		web_search_options: Unsupported,
	})
	.meta({ id: "ChatCompletionRequest" });
export type ChatRequest = z.infer<typeof ChatRequest>;
