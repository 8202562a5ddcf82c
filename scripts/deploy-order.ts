/** The order in which Workers are deployed: each after those that it is bound to. */
import { SetupError } from "./setup-error.ts";

export interface Node {
	name: string;
	/** The Workers that must exist before this one. */
	needs: string[];
}

/** @throws {SetupError} for a cycle, and for a binding to a Worker that is not ours. */
export function deployOrder(nodes: Node[]): string[] {
	const byName = new Map(nodes.map((node) => [node.name, node]));
	const order: string[] = [];

	function visit(name: string, path: string[]): void {
		if (order.includes(name)) return;
		if (path.includes(name)) throw new SetupError(`The bindings form a cycle: ${[...path, name].join(" → ")}`);
		const node = byName.get(name);
		if (!node) throw new SetupError(`${path.at(-1)} is bound to ${name}, which is not a Worker of this project.`);
		for (const needed of node.needs.toSorted()) visit(needed, [...path, name]);
		order.push(name);
	}

	for (const { name } of nodes.toSorted((a, b) => a.name.localeCompare(b.name))) visit(name, []);
	return order;
}
