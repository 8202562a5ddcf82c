/** What is wrong with the expressions of a node, wherever it has some: CEL, templates of it, and JSONata. */
import { asAppError } from "#core/errors";
import { checkExpression } from "./expressions/expression.ts";
import { checkTemplate, expressionsIn } from "./expressions/template.ts";
import { pointerOf, textsIn } from "./expressions/template-texts.ts";
import { checkTransform } from "./expressions/transform.ts";
import { type GraphPlace, nodeProblem, rootsInside } from "./graph-place.ts";
import { nodesNamedIn } from "./node-references.ts";
import type { GraphProblem, Node } from "./schema.ts";

type Named = Pick<GraphPlace, "knows">;

export function* expressionProblems(place: GraphPlace, index: number): Generator<GraphProblem> {
	const node = place.graph.nodes[index]!;
	for (const { at, expression, roots } of conditionsOf(node, place.roots)) {
		const wrong = expressionProblem(expression, place, roots);
		if (wrong) yield nodeProblem(place, index, `${titleOf(at, node)}: ${wrong}`, at);
	}
	const outputKnown = [...place.roots, "output"];
	for (const [at, template] of templatesOf(node)) yield* templateProblems(place, index, at, template, place.roots);
	for (const [at, template] of templatesAfter(node)) yield* templateProblems(place, index, at, template, outputKnown);
	if (node.type !== "transform" || node.config.expression === undefined) return;
	const wrong = failureOf(() => checkTransform(node.config.expression!));
	if (wrong) yield nodeProblem(place, index, `${titleOf("/config/expression", node)}: ${wrong}`, "/config/expression");
}

/** One sentence or more about a CEL expression that cannot be evaluated there; undefined where it can. */
export function expressionProblem(source: string, place: Named, roots: readonly string[]): string | undefined {
	return failureOf(() => checkExpression(source, roots)) ?? unknownNode(source, place);
}

function* templateProblems(
	place: GraphPlace,
	index: number,
	at: string,
	template: unknown,
	roots: readonly string[],
): Generator<GraphProblem> {
	const node = place.graph.nodes[index]!;
	for (const { text, path } of textsIn(template)) {
		if (!text.includes("{{")) continue;
		const pointer = at + pointerOf(path);
		const problems = checkTemplate(text, roots).map(({ detail }) => detail);
		const details =
			problems.length > 0 ? problems : expressionsIn(text).flatMap((one) => unknownNode(one, place) ?? []);
		for (const detail of details) yield nodeProblem(place, index, `${titleOf(pointer, node)}: ${detail}`, pointer);
	}
}

function unknownNode(source: string, { knows }: Named): string | undefined {
	for (const id of nodesNamedIn(source)) if (!knows(id)) return `There is no node \`${id}\` here.`;
	return undefined;
}

function* conditionsOf(node: Node, roots: readonly string[]) {
	if (node.type === "condition") yield { at: "/config/condition", expression: node.config.condition, roots };
	if (node.type !== "loop" || node.config.while === undefined) return;
	yield { at: "/config/while", expression: node.config.while, roots: rootsInside(node, roots) };
}

/** What is filled before the node does something, by its place in the node. */
function templatesOf({ type, config }: Node): Array<[at: string, template: unknown]> {
	const pick = (keys: string[]) => keys.map((key): [string, unknown] => [`/config/${key}`, Reflect.get(config, key)]);
	return pick(templateKeys[type] ?? []);
}

const templateKeys: Partial<Record<Node["type"], string[]>> = {
	end: ["output"],
	agent: ["message", "parameters", "sessionId"],
	tool: ["parameters"],
	rag: ["query", "filter"],
	loop: ["items"],
	sub_workflow: ["input"],
	wait: ["duration", "until", "event"],
	approval: ["title", "data"],
	transform: ["value"],
	http: ["url", "headers", "body"],
};

/** What is filled when it is done. */
function templatesAfter({ assign, compensation }: Node): Array<[at: string, template: unknown]> {
	return [
		["/assign", assign],
		["/compensation/parameters", compensation?.parameters],
	];
}

/** `/config/parameters/to` → "`parameters/to` of node `mail`". */
function titleOf(pointer: string, { id }: Node): string {
	return `\`${pointer.replace(/^\/(?:config\/)?/, "")}\` of node \`${id}\``;
}

function failureOf(check: () => void): string | undefined {
	try {
		check();
		return undefined;
	} catch (failure) {
		const error = asAppError(failure);
		if (!error) throw failure;
		return error.message;
	}
}
