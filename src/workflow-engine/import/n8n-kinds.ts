/** Which of our types a type of n8n becomes. */
import type { NodeType } from "#workflow-engine/schema";
import { textAt } from "./loose-json.ts";
import type { SourceNode } from "./source-graph.ts";

const kinds: Record<string, NodeType> = {
	"base.start": "start",
	"base.webhook": "start",
	"base.cron": "start",
	"base.interval": "start",
	"base.emailReadImap": "start",
	"base.if": "condition",
	"base.switch": "condition",
	"base.filter": "condition",
	"base.set": "transform",
	"base.noOp": "transform",
	"base.code": "transform",
	"base.function": "transform",
	"base.respondToWebhook": "end",
	"base.httpRequest": "http",
	"base.merge": "merge",
	"base.wait": "wait",
	"base.splitInBatches": "loop",
	"base.executeWorkflow": "sub_workflow",
	"base.openAi": "agent",
	"langchain.agent": "agent",
	"langchain.chainLlm": "agent",
	"langchain.chainSummarization": "agent",
	"langchain.chainRetrievalQa": "agent",
	"langchain.informationExtractor": "agent",
	"langchain.openAi": "agent",
};

/** Undefined for what has no counterpart. */
export function n8nKind(node: SourceNode): NodeType | undefined {
	if (node.data["disabled"] === true) return "transform";
	if (isTrigger(node)) return "start";
	const type = shortType(node);
	if (!Object.hasOwn(kinds, type)) return undefined;
	const kind = kinds[type];
	return kind === "agent" && !isText(node) ? undefined : kind;
}

export function isTrigger(node: SourceNode): boolean {
	const type = shortType(node);
	return /trigger$/i.test(node.type) || (Object.hasOwn(kinds, type) && kinds[type] === "start");
}

/** `n8n-nodes-base.set` → `base.set`. */
export function shortType({ type }: SourceNode): string {
	return type.replace(/^(?:n8n-nodes-|@n8n\/n8n-nodes-)(?=base\.|langchain\.)/, "");
}

/** Images, files and the like are no turn of an agent. */
function isText({ type, data }: SourceNode): boolean {
	if (!type.endsWith(".openAi")) return true;
	return ["chat", "text", "assistant"].includes(textAt(data, "parameters", "resource") ?? "text");
}
