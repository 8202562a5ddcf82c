/** A graph as a Mermaid flowchart: https://mermaid.js.org/syntax/flowchart.html. */
import type { NodeState } from "./execution-schema.ts";
import type { Edge, Graph, Node, NodeType } from "./schema.ts";

type Status = NodeState["status"];

/** In characters. */
const maxLabel = 60;

const shapes: Record<Exclude<NodeType, "loop">, readonly [open: string, close: string]> = {
	start: ["([", "])"],
	end: ["(((", ")))"],
	agent: ["[", "]"],
	tool: ["[[", "]]"],
	rag: ["((", "))"],
	condition: ["{", "}"],
	parallel: ["{{", "}}"],
	merge: ["{{", "}}"],
	sub_workflow: ["[(", ")]"],
	wait: ["(", ")"],
	approval: ["[/", "/]"],
	transform: ["[/", "\\]"],
	http: [">", "]"],
};

const styles: Record<Status, string> = {
	pending: "fill:#f4f4f5,stroke:#a1a1aa,color:#18181b",
	running: "fill:#dbeafe,stroke:#2563eb,color:#18181b",
	waiting: "fill:#fef3c7,stroke:#d97706,color:#18181b",
	completed: "fill:#dcfce7,stroke:#16a34a,color:#18181b",
	failed: "fill:#fee2e2,stroke:#dc2626,color:#18181b",
	skipped: "fill:#ffffff,stroke:#d4d4d8,color:#a1a1aa,stroke-dasharray:4 4",
};

/** Of several rounds of a loop, the state that comes first here is shown. */
const urgency: readonly Status[] = ["failed", "running", "waiting", "completed", "skipped", "pending"];

/** `states` by the paths of nodes, as an execution has them: nodes are coloured by them. */
export function mermaidOf(graph: Graph, states: Record<string, NodeState> = {}): string {
	const statuses = statusesOf(states);
	const lines = ["flowchart TD", ...linesOf(graph, { prefix: "", name: "n", indent: "\t", statuses })];
	const used = urgency.filter((status) => [...statuses.values()].includes(status));
	return [...lines, ...used.map((status) => `\tclassDef ${status} ${styles[status]}`), ""].join("\n");
}

interface Place {
	/** Before the ids of the nodes. */
	prefix: string;
	/** Before their indexes in the diagram: an id of theirs may be a word that Mermaid keeps to itself. */
	name: string;
	indent: string;
	statuses: ReadonlyMap<string, Status>;
}

function linesOf({ nodes, edges }: Graph, place: Place): string[] {
	const names = new Map(nodes.map(({ id }, index) => [id, `${place.name}${index}`]));
	return [
		...nodes.flatMap((node) => nodeLines(node, names.get(node.id)!, place)),
		...edges.flatMap((edge) => edgeLine(edge, names, place)),
	];
}

function nodeLines(node: Node, name: string, { prefix, indent, statuses }: Place): string[] {
	const label = quoted(node.name?.trim() || node.id);
	const status = statuses.get(prefix + node.id);
	const classLine = status === undefined ? [] : [`${indent}class ${name} ${status}`];
	if (node.type !== "loop") {
		const [open, close] = shapes[node.type];
		return [`${indent}${name}${open}${label}${close}`, ...classLine];
	}
	const inside = { prefix: `${prefix}${node.id}/`, name: `${name}_`, indent: `${indent}\t`, statuses };
	return [`${indent}subgraph ${name}[${label}]`, ...linesOf(node.config.body, inside), `${indent}end`, ...classLine];
}

function edgeLine({ source, target, type, condition }: Edge, names: ReadonlyMap<string, string>, { indent }: Place) {
	const [from, to] = [names.get(source), names.get(target)];
	if (from === undefined || to === undefined) return [];
	if (type === "error") return [`${indent}${from} -.->|"error"| ${to}`];
	const label = condition === undefined ? "" : `|${quoted(condition)}|`;
	return [`${indent}${from} -->${label} ${to}`];
}

/** `each[3]/fetch` is a round of `each/fetch`. */
function statusesOf(states: Record<string, NodeState>): Map<string, Status> {
	const statuses = new Map<string, Status>();
	for (const [path, { status }] of Object.entries(states)) {
		const id = path.replaceAll(/\[\d+\]/g, "");
		const known = statuses.get(id);
		if (known === undefined || urgency.indexOf(status) < urgency.indexOf(known)) statuses.set(id, status);
	}
	return statuses;
}

/** Characters that mean something in Mermaid, Markdown or HTML are written as Mermaid's entities: `#35;`. */
function quoted(text: string): string {
	const line = text.replaceAll(/\s+/g, " ");
	const letters = Array.from(line);
	const short = letters.length > maxLabel ? `${letters.slice(0, maxLabel).join("")}…` : line;
	return `"${short.replaceAll(/[^\p{L}\p{N} …_.,:?=+/()-]/gu, (character) => `#${character.codePointAt(0)};`)}"`;
}
