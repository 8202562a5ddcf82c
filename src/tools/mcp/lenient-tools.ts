/** Lists of tools in which some entries are none, or too deep: the SDK would refuse the whole list for one of them. */
import { isSpecType, type Tool, type Transport } from "@modelcontextprotocol/client";
import { maxDefinitionDepth } from "./limits.ts";
import { isNestedDeeper } from "./nesting.ts";

/** Stands where an entry was none, so that it is counted; a tool has a name. */
const noTool: Tool = { name: "", inputSchema: { type: "object" } };

/**
 * Makes each entry of a list that comes a tool, if only one that `isTool` knows. To be called before the client connects:
 * it has what it finds in `onmessage` see each message before itself.
 */
export function readToolsLeniently(transport: Transport): void {
	// oxlint-disable-next-line unicorn/prefer-add-event-listener -- a transport is no EventTarget
	transport.onmessage = (message) => {
		const { tools } = ("result" in message ? message.result : {}) as { tools?: unknown };
		if (!Array.isArray(tools)) return;
		for (const [i, entry] of tools.entries()) {
			// The SDK looks at schemas by recursion.
			if (isNestedDeeper(entry, maxDefinitionDepth) || !isSpecType.Tool(entry)) tools[i] = noTool;
		}
	};
}

export function isTool({ name }: Tool): boolean {
	return name !== "";
}
