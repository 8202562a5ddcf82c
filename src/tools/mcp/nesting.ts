/** How deep what a server sent is nested: what is deeper than the stack breaks whatever handles it by recursion. */

/** Without recursion itself; an object or array is one level. */
export function isNestedDeeper(value: unknown, maxDepth: number): boolean {
	let level = [value].filter(isNested);
	for (let depth = 0; depth < maxDepth && level.length > 0; depth++) {
		level = level.flatMap((item) => Object.values(item).filter(isNested));
	}
	return level.length > 0;
}

function isNested(value: unknown): value is object {
	return typeof value === "object" && value !== null;
}
