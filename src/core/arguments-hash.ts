/** What an approval is bound to: a tool as it is now and its arguments, whatever the order of their keys. */
import { sha256 } from "./crypto.ts";

export async function argumentsHash(tool: { id: string; version: string }, input: unknown): Promise<string> {
	return await sha256(JSON.stringify([tool.id, tool.version, sorted(input)]));
}

function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (typeof value !== "object" || value === null) return value;
	const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
	return entries.map(([key, inner]) => [key, sorted(inner)]);
}
