/** Versions of what people define: agents, tools. */

/** `1.0.4` → `1.0.5`. */
export function nextVersion(version: string): string {
	const [major, minor, patch] = version.split(".");
	return `${major}.${minor}.${Number(patch) + 1}`;
}
