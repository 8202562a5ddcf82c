/** All tools that a server offers, as far as they can be taken up. */
import type { McpDefinition } from "#tools/tables";
import { isTool } from "./lenient-tools.ts";
import { discoveryTimeoutMs, maxDiscoveryBytes, maxTools } from "./limits.ts";
import type { McpSession } from "./mcp-session.ts";
import { definitionOf } from "./tool-definition.ts";

export interface Discovery {
	definitions: McpDefinition[];
	/** What was left out, and why. */
	notice?: string;
	/** Milliseconds that the server says its list stays as it is. */
	ttlMs?: number;
}

export async function discoverTools(session: McpSession): Promise<Discovery> {
	const scope = { timeoutMs: discoveryTimeoutMs, maxBytes: maxDiscoveryBytes };
	const list = await session.run(
		(client, options) => client.listTools(undefined, { ...options, timeout: discoveryTimeoutMs, cacheMode: "bypass" }),
		scope,
	);
	const tools = list.tools.filter(isTool);
	const byName = new Map(tools.map((tool) => [tool.name, tool]));
	const taken = [...byName.values()].slice(0, maxTools);
	const definitions = (await Promise.all(taken.map(definitionOf))).filter((definition) => definition !== undefined);
	const leftOut = list.tools.length - tools.length + taken.length - definitions.length;
	const notices = [
		...(byName.size > maxTools ? [`Of ${byName.size} tools the first ${maxTools} were taken.`] : []),
		...(leftOut > 0 ? [`${leftOut} tools were left out: what the server says of them cannot be used.`] : []),
	];
	const { ttlMs } = list as { ttlMs?: unknown };
	return {
		definitions,
		...(notices.length > 0 && { notice: notices.join(" ") }),
		...(typeof ttlMs === "number" && ttlMs > 0 && { ttlMs }),
	};
}
