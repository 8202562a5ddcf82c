/** What the nodes of n8n become. */
import { dayMs, maxAttempts, maxWaitDays } from "#workflow-engine/node-schema";
import { at, fieldsAt, type Json, numberAt } from "./loose-json.ts";
import { n8nDecision } from "./n8n-decisions.ts";
import { n8nAgent } from "./n8n-agent.ts";
import type { ExpressionContext } from "./n8n-expressions.ts";
import { parameter } from "./n8n-flow.ts";
import { n8nHttp } from "./n8n-http.ts";
import { isTrigger, n8nKind, shortType } from "./n8n-kinds.ts";
import { n8nSet } from "./n8n-set.ts";
import type { NodeWriter } from "./node-writer.ts";
import { celOf } from "./reference.ts";
import type { SourceNode } from "./source-graph.ts";
import { type Draft, type Outcome, unknownAgent, unknownWorkflow } from "./translation.ts";

export interface N8nNode {
	node: SourceNode;
	writer: NodeWriter;
	context: ExpressionContext;
	/** Something comes after it. */
	isFollowed: boolean;
}

export function n8nOutcome(given: N8nNode): Outcome {
	const { node } = given;
	const outcome = outcomeOf(given);
	if (!("draft" in outcome) || node.data["retryOnFail"] !== true) return outcome;
	if (!["agent", "tool", "http", "sub_workflow", "transform"].includes(outcome.draft.type)) return outcome;
	const retry = {
		maxAttempts: clamp(numberAt(node.data, "maxTries") ?? 3, 1, maxAttempts),
		backoff: "fixed" as const,
		delay: clamp(numberAt(node.data, "waitBetweenTries") ?? 1_000, 1, dayMs),
		jitter: false,
	};
	return { ...outcome, draft: { ...outcome.draft, retry } };
}

function outcomeOf(given: N8nNode): Outcome {
	const { node, writer, context } = given;
	if (node.data["disabled"] === true)
		return { draft: passing(given), note: "It is switched off, and passes on what comes in." };
	if (isTrigger(node)) return { draft: { type: "start", config: {} }, note: triggerNote(node) };
	switch (n8nKind(node)) {
		case "condition":
			return n8nDecision(node, writer);
		case "http":
			return { draft: n8nHttp(node, writer) };
		case "merge":
			return merge(node);
		case "wait":
			return { draft: wait(given) };
		case "agent":
			return { draft: n8nAgent(node, writer), note: `\`agentId\` is to be set; \`${unknownAgent}\` stands there.` };
		case "sub_workflow":
			return subWorkflow(given);
		case "end":
			return respond(given);
		case "loop":
			return loop(given);
		case "transform":
			if (shortType(node) === "base.set") return { draft: n8nSet(node, writer, context) };
			if (shortType(node) === "base.noOp") return { draft: passing(given) };
			return code(given);
		default:
			return { placeholder: `Nothing here does what \`${node.type}\` does.` };
	}
}

/** Gives what comes in. */
function passing({ context, writer }: N8nNode): Draft {
	const current = context.current([]);
	if (!current) writer.note("It is reached from too many nodes to tell which output it passes on.");
	return { type: "transform", config: { value: current ? `{{ ${celOf(current)} }}` : null } };
}

function triggerNote(node: SourceNode): string {
	const webhook = shortType(node) === "base.webhook" ? ": an object with `headers`, `params`, `query` and `body`" : "";
	return `Nothing starts it by itself; the input of an execution takes the place of what \`${node.type}\` gives${webhook}.`;
}

function merge(node: SourceNode): Outcome {
	const mode = parameter(node, "mode") ?? "append";
	const reducer = mode === "chooseBranch" ? "first" : mode === "append" ? "list" : "assign";
	const note = {
		list: "The lists of items are not joined: its output is a list of what came.",
		assign: `What came is joined field by field; \`${mode}\` may pair items otherwise.`,
		first: "Its output is what came first.",
	}[reducer];
	return { draft: { type: "merge", config: { mode: "all", reducer } }, note };
}

const units: Record<string, number> = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: dayMs };

function wait({ node, writer }: N8nNode): Draft {
	const resume = parameter(node, "resume") ?? "timeInterval";
	if (resume === "webhook" || resume === "form") {
		writer.note(`It went on with a ${resume}; here it waits for the event \`resume\`.`);
		return { type: "wait", config: { event: "resume" } };
	}
	if (resume === "specificTime")
		return { type: "wait", config: { until: writer.text(at(node.data, "parameters", "dateTime")) } };
	const amount = at(node.data, "parameters", "amount") ?? 1;
	const unit = units[parameter(node, "unit") ?? "hours"] ?? 3_600_000;
	if (typeof amount !== "number")
		writer.note("How long it waits is an expression, which is not translated: a minute stands there.");
	const duration = typeof amount === "number" ? Math.round(amount * unit) : 60_000;
	return { type: "wait", config: { duration: clamp(duration, 1, maxWaitDays * dayMs) } };
}

function subWorkflow({ node, writer }: N8nNode): Outcome {
	const given = parameter(node, "workflowId", "value") ?? parameter(node, "workflowId");
	const inputs = fieldsAt(node.data, "parameters", "workflowInputs", "value");
	if (Object.keys(inputs).length === 0) writer.note("What comes in is not passed on; `input` is to be set.");
	return {
		draft: {
			type: "sub_workflow",
			config: { workflowId: unknownWorkflow, input: writer.values(Object.entries(inputs)) },
		},
		note: `\`workflowId\` is to be set; it was ${given?.slice(0, 100) ?? "not given"}.`,
	};
}

function respond(given: N8nNode): Outcome {
	const { node, writer, isFollowed } = given;
	const how = parameter(node, "respondWith") ?? "firstIncomingItem";
	const body = at(node.data, "parameters", "responseBody");
	const output: Json | undefined =
		(how === "json" || how === "text") && body !== undefined ? writer.value(body) : undefined;
	if (isFollowed) {
		const draft: Draft = output === undefined ? passing(given) : { type: "transform", config: { value: output } };
		return { draft, note: "It answers no request: the answer is the output of the execution." };
	}
	return { draft: { type: "end", config: output === undefined ? {} : { output } } };
}

function loop({ node, writer, context }: N8nNode): Outcome {
	const current = context.current([]);
	if (!current) return { placeholder: "It is reached from too many nodes to tell which list it goes through." };
	const size = numberAt(node.data, "parameters", "batchSize") ?? 1;
	if (size > 1) writer.note(`It went through its list in batches of ${size}; here the body runs once for each item.`);
	return {
		draft: { type: "loop", config: { items: `{{ ${celOf(current)} }}` } },
		note: "What comes in has to be a list.",
	};
}

/** Only what gives back what it is given is translated. */
function code(given: N8nNode): Outcome {
	const source = parameter(given.node, "jsCode") ?? parameter(given.node, "functionCode") ?? "";
	const isPassing = /^\s*return\s+(?:items|\$input\.all\(\))\s*;?\s*$/.test(source);
	return isPassing ? { draft: passing(given) } : { placeholder: "Code is not translated." };
}

function clamp(value: number, least: number, most: number): number {
	return Math.min(Math.max(Math.round(value), least), most);
}
