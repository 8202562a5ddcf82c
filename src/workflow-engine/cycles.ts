/** The cycles of a graph: Tarjan's strongly connected components, without recursion, for a graph may be long. */

/** Each cycle's nodes, ascending; an edge from a node to itself alone makes none. `targets`: see `targetsIn`. */
export function cyclesOf(targets: readonly number[][]): number[][] {
	const cycles: number[][] = [];
	/** When each node was found, from 1, and the earliest on the way that it leads back to. */
	const found = new Uint32Array(targets.length);
	const earliest = new Uint32Array(targets.length);
	const isOpen = new Uint8Array(targets.length);
	const open: number[] = [];
	let time = 0;

	for (let root = 0; root < targets.length; root++) if (found[root] === 0) visit(root);
	return cycles;

	function visit(root: number): void {
		const way = [enter(root)];
		for (let at = way.at(-1); at; at = way.at(-1)) {
			const { node } = at;
			const next = targets[node]![at.next++];
			if (next === undefined) {
				way.pop();
				const before = way.at(-1);
				if (before) earliest[before.node] = Math.min(earliest[before.node]!, earliest[node]!);
				if (earliest[node] === found[node]) close(node);
			} else if (found[next] === 0) way.push(enter(next));
			else if (isOpen[next]) earliest[node] = Math.min(earliest[node]!, found[next]!);
		}
	}

	function enter(node: number): { node: number; next: number } {
		time++;
		found[node] = time;
		earliest[node] = time;
		isOpen[node] = 1;
		open.push(node);
		return { node, next: 0 };
	}

	/** All that was found since the node, and is open, leads back to it. */
	function close(node: number): void {
		const members = open.splice(open.lastIndexOf(node));
		for (const member of members) isOpen[member] = 0;
		if (members.length > 1) cycles.push(members.toSorted((a, b) => a - b));
	}
}
