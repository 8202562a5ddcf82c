/** The workflows that are measured, as the platform takes them. */

export interface GraphBody {
	nodes: object[];
	edges: object[];
	input: object;
}

export const branches = 20;

interface Step {
	type: string;
	config: object;
}

const noOp: Step = { type: "transform", config: { value: null } };
const toolCall: Step = { type: "tool", config: { toolId: "id_generate", parameters: {} } };

/** `length` no-ops, one after the other. */
export function sequenceOf(length: number): GraphBody {
	return chainOf(length, noOp);
}

/** The same with calls of a tool that does next to nothing. */
export function toolSequenceOf(length: number): GraphBody {
	return chainOf(length, toolCall);
}

/** One step before the branches, and a merge of all of them after. */
export function fanoutGraph(): GraphBody {
	const names = Array.from({ length: branches }, (_, i) => `branch${i}`);
	return {
		nodes: [
			node("before", { type: "parallel", config: {} }),
			...names.map((name) => node(name, noOp)),
			node("merge", { type: "merge", config: { mode: "all" } }),
		],
		edges: names.flatMap((name) => [edge("before", name), edge(name, "merge")]),
		input: {},
	};
}

/** Each item is a step of its own, and so at least one event. */
export function loopOver(items: number): GraphBody {
	const body = { nodes: [node("one", { type: "transform", config: { value: "{{ item }}" } })], edges: [] };
	const config = { items: "{{ input.items }}", concurrency: 50, maxIterations: items, body };
	return {
		nodes: [node("loop", { type: "loop", config })],
		edges: [],
		input: { items: Array.from({ length: items }, (_, i) => i) },
	};
}

function chainOf(length: number, step: Step): GraphBody {
	const names = Array.from({ length }, (_, i) => `step${i}`);
	return {
		nodes: names.map((name) => node(name, step)),
		edges: names.slice(1).map((name, i) => edge(names[i]!, name)),
		input: {},
	};
}

function node(id: string, step: Step): object {
	return { id, ...step, position: { x: 0, y: 0 } };
}

function edge(source: string, target: string): object {
	return { id: `${source}-${target}`, source, target };
}
