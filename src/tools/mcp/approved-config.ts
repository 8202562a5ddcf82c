/** What of a definition is kept with its tool once it is approved. */
import type { McpConfig, McpDefinition } from "#tools/tables";

export function approvedConfig({
	remoteName,
	title,
	hash,
	writes,
	repeatable,
	inputChecked,
	outputChecked,
}: McpDefinition): Omit<McpConfig, "timeout" | "serverUrl"> {
	return { remoteName, ...(title && { title }), approvedHash: hash, writes, repeatable, inputChecked, outputChecked };
}
