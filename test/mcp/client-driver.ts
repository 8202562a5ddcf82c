/**
 * The client that the conformance suite tests is the platform: this registers the suite's server there by the API, and
 * calls what the suite wants called. `PLATFORM_URL` and `PLATFORM_KEY` say where; the suite appends its server's URL.
 */
import { ApiClient, type Json } from "../../scripts/api-client.ts";

interface WantedCall {
	name: string;
	arguments: object;
}

const { PLATFORM_URL = "", PLATFORM_KEY, MCP_CONFORMANCE_SCENARIO, MCP_CONFORMANCE_CONTEXT = "{}" } = process.env;
const api = new ApiClient(PLATFORM_URL, PLATFORM_KEY);
const name = `suite ${crypto.randomUUID().slice(0, 8)}`;

const server = await api.call("POST", "/api/v1/mcp/servers", { name, url: process.argv.at(-1) });
console.error(`${MCP_CONFORMANCE_SCENARIO}: ${server.status} ${server.protocolVersion} ${server.error ?? ""}`);
if (MCP_CONFORMANCE_SCENARIO !== "initialize") await callAll();
await api.call("DELETE", `/api/v1/mcp/servers/${server.id}`);

async function callAll(): Promise<void> {
	const { tools } = await api.call("GET", "/api/v1/tools?type=mcp&limit=100");
	const ours: Json[] = tools.filter(({ serverId }: Json) => serverId === server.id);
	const wanted = (JSON.parse(MCP_CONFORMANCE_CONTEXT) as { toolCalls?: WantedCall[] }).toolCalls;
	const calls = wanted?.map((call) => ({ ...call, tool: ours.find((tool) => isCalled(tool, call.name)) })) ?? [
		...ours.map((tool) => ({ name: tool.name, tool, arguments: argumentsFor(tool) })),
	];
	for (const { name, tool, arguments: parameters } of calls) {
		// The suite also wants tools called that a client must not take up.
		if (!tool) console.error(`${name}: not taken up`);
		else
			console.error(name, JSON.stringify(await api.call("POST", `/api/v1/tools/${tool.id}/execute`, { parameters })));
	}
}

/** Ours are called `<server>__<tool>`, in small letters. */
function isCalled(tool: Json, remoteName: string): boolean {
	return tool.name.endsWith(`__${remoteName.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_")}`);
}

/** What the one tool with parameters that the suite does not give takes. */
function argumentsFor({ name }: Json): object {
	return name.endsWith("add_numbers") ? { a: 5, b: 3 } : {};
}
