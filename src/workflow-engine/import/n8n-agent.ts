/** The agents, chains and model calls of n8n: their prompts are the message and the instructions of an agent. */
import { at, fieldsAt, listAt } from "./loose-json.ts";
import type { NodeWriter } from "./node-writer.ts";
import type { SourceNode } from "./source-graph.ts";
import { type Draft, unknownAgent } from "./translation.ts";

export function n8nAgent(node: SourceNode, writer: NodeWriter): Draft {
	const parameters = fieldsAt(node.data, "parameters");
	const prompts = [...listAt(parameters, "messages", "values"), ...listAt(parameters, "prompt", "messages")];
	const isSystem = (prompt: unknown) => at(prompt, "role") === "system";
	const instructions = [
		at(parameters, "options", "systemMessage"),
		...prompts.filter(isSystem).map((prompt) => at(prompt, "content")),
		...listAt(parameters, "messages", "messageValues").map((prompt) => at(prompt, "message")),
	].filter((text) => typeof text === "string");
	const said = prompts.filter((prompt) => !isSystem(prompt)).map((prompt) => at(prompt, "content"));
	const own = [at(parameters, "text"), at(parameters, "prompt"), at(parameters, "query")];
	const isDefined = (text: unknown) => typeof text === "string" && text.trim() !== "";
	const texts = [...said, ...own].filter(isDefined);
	const message = texts.length > 0 ? texts : ["={{ $json.chatInput }}"];
	return {
		type: "agent",
		config: {
			agentId: unknownAgent,
			...(node.type.endsWith(".chainSummarization") ? {} : { message: message.map(writer.text).join("\n\n") }),
			...(instructions.length > 0 && { parameters: { instructions: instructions.map(writer.text).join("\n\n") } }),
		},
	};
}
