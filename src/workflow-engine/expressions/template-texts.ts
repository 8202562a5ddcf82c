/** All texts in a JSON value, but not the keys of its objects; however deep it is, the stack is not. */

/** From a part up to the whole; undefined is the whole. */
type Path = { key: string | number; parent: Path } | undefined;

export function* textsIn(value: unknown): Generator<{ text: string; path: Path }> {
	const left: { value: unknown; path: Path }[] = [{ value, path: undefined }];
	for (let next = left.pop(); next; next = left.pop()) {
		const { value: part, path } = next;
		if (typeof part === "string") yield { text: part, path };
		if (typeof part !== "object" || part === null) continue;
		const children: [string | number, unknown][] = Array.isArray(part) ? [...part.entries()] : Object.entries(part);
		for (const [key, child] of children.toReversed()) left.push({ value: child, path: { key, parent: path } });
	}
}

/** RFC 6901. */
export function pointerOf(path: Path): string {
	const keys: string[] = [];
	for (let step = path; step; step = step.parent) {
		keys.unshift(`/${String(step.key).replaceAll("~", "~0").replaceAll("/", "~1")}`);
	}
	return keys.join("");
}
