/** A tool of our own, described by its zod schema. */
import { z } from "zod";
import { AppError } from "#core/errors";
import { version } from "#core/version";
import type { AgentTool, ToolCallScope } from "./agent-tool.ts";

interface ZodTool<Input extends z.ZodObject> extends Pick<AgentTool, "id" | "description" | "writes" | "ofSession"> {
	input: Input;
	run(input: z.infer<Input>, call: ToolCallScope): unknown;
}

export function zodTool<Input extends z.ZodObject>({ input: schema, run, ...tool }: ZodTool<Input>): AgentTool {
	let inputSchema: AgentTool["inputSchema"] | undefined;
	return {
		...tool,
		name: tool.id,
		version,
		/** Made when an agent that has the tool asks for it: every session brings all of its tools. */
		get inputSchema() {
			return (inputSchema ??= z.toJSONSchema(schema, { target: "draft-7", io: "input" }) as AgentTool["inputSchema"]);
		},
		async execute(input, call) {
			const parsed = schema.safeParse(input);
			if (!parsed.success) throw new AppError("invalid_input", z.prettifyError(parsed.error));
			return await run(parsed.data, call);
		},
	};
}
