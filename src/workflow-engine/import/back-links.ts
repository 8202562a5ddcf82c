/** The connections that close a cycle: without them what is left has none. */

interface Link {
	source: string;
	target: string;
}

/** Found from `first` on, so that what leads forward from there is kept. Without recursion, for a graph may be long. */
export function backLinks<Of extends Link>(first: Iterable<string>, links: readonly Of[]): Set<Of> {
	const outgoing = Map.groupBy(links, ({ source }) => source);
	const state = new Map<string, "open" | "done">();
	const back = new Set<Of>();
	for (const root of [...first, ...outgoing.keys()]) {
		if (state.has(root)) continue;
		const way = [{ key: root, left: (outgoing.get(root) ?? []).values() }];
		state.set(root, "open");
		for (let at = way.at(-1); at; at = way.at(-1)) {
			const { done, value: link } = at.left.next();
			if (done) {
				state.set(at.key, "done");
				way.pop();
			} else if (state.get(link.target) === "open") back.add(link);
			else if (!state.has(link.target)) {
				state.set(link.target, "open");
				way.push({ key: link.target, left: (outgoing.get(link.target) ?? []).values() });
			}
		}
	}
	return back;
}

/** All that can be reached, `first` included. */
export function reachedFrom(first: Iterable<string>, links: readonly Link[]): Set<string> {
	const outgoing = Map.groupBy(links, ({ source }) => source);
	const reached = new Set<string>(first);
	// A set also goes over what is added on the way.
	for (const key of reached) for (const { target } of outgoing.get(key) ?? []) reached.add(target);
	return reached;
}
