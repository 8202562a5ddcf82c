/** The functions that a client offers to the model and makes itself. */
import type { LanguageModelV4FunctionTool, LanguageModelV4ToolChoice } from "@ai-sdk/provider";
import { z } from "zod";
import type { AgentDefinition } from "#agents/schema";
import { invalidParam } from "./invalid-param.ts";

export const functionFields = {
	name: z.string().regex(/^[a-zA-Z0-9_.-]{1,128}$/),
	description: z.string().max(10_000).nullish(),
	parameters: z.record(z.string(), z.unknown()).nullish(),
	strict: z.boolean().nullish(),
};
const FunctionFields = z.object(functionFields);

/** `auto`, `none`, `required`, or the one function that the model has to call. */
export type ToolChoice = "auto" | "none" | "required" | { name: string };

export interface OfferedTools {
	clientTools?: LanguageModelV4FunctionTool[];
	toolChoice?: LanguageModelV4ToolChoice;
}

/** `tool_choice` is about the client's tools alone; the agent's own stay with the agent. */
export function offeredTools(
	agent: AgentDefinition,
	functions: z.infer<typeof FunctionFields>[],
	choice: ToolChoice = "auto",
): OfferedTools {
	if (typeof choice === "object" && !functions.some(({ name }) => name === choice.name)) {
		throw invalidParam("/tool_choice", `There is no tool "${choice.name}" among the tools.`);
	}
	functions.forEach(({ name }, i) => {
		const twice = functions.findIndex((other) => other.name === name) !== i;
		if (twice) throw invalidParam(`/tools/${i}`, `There are two tools named "${name}".`);
		if (agent.config.tools.includes(name)) throw invalidParam(`/tools/${i}`, `The agent itself has a tool "${name}".`);
	});
	if (functions.length === 0 || choice === "none") return {};
	return { clientTools: functions.map(functionTool), ...(choice !== "auto" && { toolChoice: toolChoiceOf(choice) }) };
}

function functionTool({ name, description, parameters, strict }: z.infer<typeof FunctionFields>) {
	return {
		type: "function" as const,
		name,
		inputSchema: parameters ?? { type: "object" as const, properties: {} },
		...(description && { description }),
		...(typeof strict === "boolean" && { strict }),
	};
}

function toolChoiceOf(choice: "required" | { name: string }): LanguageModelV4ToolChoice {
	return choice === "required" ? { type: "required" } : { type: "tool", toolName: choice.name };
}
