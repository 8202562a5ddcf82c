/** The rules about a node's fields that its schema does not tell. */
import { asAppError } from "#core/errors";
import { checkSchema } from "#core/json-schema";
import { hasExpressions } from "./expressions/template-parts.ts";
import { type GraphPlace, nodeProblem } from "./graph-place.ts";
import type { GraphProblem, Node, NodeOf, NodeType } from "./schema.ts";

type Wrong = { at?: string; detail: string };

/** Another attempt of theirs may go better. */
const retried = new Set<NodeType>(["agent", "tool", "rag", "http", "sub_workflow", "transform"]);
/** They do what may have to be undone. */
const undoable = new Set<NodeType>(["agent", "tool", "http", "sub_workflow", "loop"]);

export function* nodeProblems(place: GraphPlace, index: number, incoming: number): Generator<GraphProblem> {
	const node = place.graph.nodes[index]!;
	const name = `Node \`${node.id}\``;
	for (const { at, detail } of [...rulesOf(node, incoming), ...commonRules(node)]) {
		yield nodeProblem(place, index, `${name} ${detail}`, at);
	}
}

function commonRules({ type, retry, compensation }: Node): Wrong[] {
	const wrong: Wrong[] = [];
	if (retry && !retried.has(type)) {
		wrong.push({ at: "/retry", detail: `has a \`retry\`, but a \`${type}\` node is not tried again.` });
	}
	if (compensation && !undoable.has(type)) {
		wrong.push({ at: "/compensation", detail: `has a \`compensation\`, but a \`${type}\` node does nothing to undo.` });
	}
	return wrong;
}

function rulesOf(node: Node, incoming: number): Wrong[] {
	switch (node.type) {
		case "start":
			return inputRules(node);
		case "loop":
			return loopRules(node);
		case "wait":
			return waitRules(node);
		case "merge":
			return mergeRules(node, incoming);
		case "http":
			return isHttpUrl(node.config.url)
				? []
				: [{ at: "/config/url", detail: "needs an `http://` or `https://` address as its `url`." }];
		case "transform": {
			const { expression, value } = node.config;
			if (expression === undefined || value === undefined) return [];
			return [{ at: "/config", detail: "has both an `expression` and a `value`; one of them is its output." }];
		}
		default:
			return [];
	}
}

function inputRules({ config }: NodeOf<"start">): Wrong[] {
	try {
		if (config.inputSchema) checkSchema(config.inputSchema, "/config/inputSchema", true);
		return [];
	} catch (error) {
		const fields = asAppError(error)?.details.fields ?? [];
		return fields.map(({ pointer, detail }) => ({
			at: pointer,
			detail: `has an \`inputSchema\` that cannot be used: ${detail}.`,
		}));
	}
}

function loopRules({ config }: NodeOf<"loop">): Wrong[] {
	const { items } = config;
	if ((items === undefined) === (config.while === undefined)) {
		return [{ at: "/config", detail: "needs either `items` or `while`, and only one of them." }];
	}
	const isList = items === undefined || Array.isArray(items) || (typeof items === "string" && hasExpressions(items));
	return isList ? [] : [{ at: "/config/items", detail: "needs a list, or a template of one, as its `items`." }];
}

function waitRules({ config }: NodeOf<"wait">): Wrong[] {
	const { duration, until, event, timeout } = config;
	const wrong: Wrong[] = [];
	if ([duration, until, event].filter((what) => what !== undefined).length !== 1) {
		wrong.push({ at: "/config", detail: "needs one of `duration`, `until` and `event`, and only one." });
	}
	if (timeout !== undefined && event === undefined) {
		wrong.push({ at: "/config/timeout", detail: "has a `timeout`, which only waiting for an `event` has." });
	}
	if (typeof duration === "string" && !hasExpressions(duration) && !/^\s*\d+\s*$/.test(duration)) {
		wrong.push({ at: "/config/duration", detail: "needs milliseconds, or a template of them, as its `duration`." });
	}
	if (until !== undefined && !hasExpressions(until) && Number.isNaN(Date.parse(until))) {
		wrong.push({ at: "/config/until", detail: "needs an ISO 8601 time, or a template of one, as its `until`." });
	}
	return wrong;
}

function mergeRules({ config: { mode, count } }: NodeOf<"merge">, incoming: number): Wrong[] {
	const at = "/config/count";
	if (mode !== "n_of") {
		return count === undefined ? [] : [{ at, detail: "has a `count`, which only the mode `n_of` has." }];
	}
	if (count === undefined) return [{ at, detail: "needs a `count`: its mode is `n_of`." }];
	if (count <= incoming) return [];
	return [{ at, detail: `waits for ${count} branches, but has ${incoming} incoming edges.` }];
}

/** What a template will give is seen when it is filled. */
function isHttpUrl(url: string): boolean {
	return hasExpressions(url) || (/^https?:\/\//i.test(url) && URL.canParse(url));
}
