/**
 * The client that the conformance suite tests is the platform: this registers the suite's server there by the API, and
 * calls what the suite wants called. `PLATFORM_URL` and `PLATFORM_KEY` say where; the suite appends its server's URL.
 */
import { ApiClient, type Json } from "../../scripts/api-client.ts";

interface WantedCall {
	name: string;
	arguments: object;
}

interface Context {
	toolCalls?: WantedCall[];
	/** A client that the suite's authorization server knows. */
	client_id?: string;
	client_secret?: string;
}

const { PLATFORM_URL = "", PLATFORM_KEY, MCP_CONFORMANCE_SCENARIO, MCP_CONFORMANCE_CONTEXT = "{}" } = process.env;
const context: Context = JSON.parse(MCP_CONFORMANCE_CONTEXT);
const api = new ApiClient(PLATFORM_URL, PLATFORM_KEY);
const name = `suite ${crypto.randomUUID().slice(0, 8)}`;

/** The suite's server may want it once more, by another authorization server. */
const maxTimes = 2;
const oauth = context.client_id && { clientId: context.client_id, clientSecret: context.client_secret };
const elicitation = MCP_CONFORMANCE_SCENARIO?.includes("client-defaults") ? "defaults" : "decline";
const registration = { name, url: process.argv.at(-1), elicitation, ...(oauth && { oauth }) };
let server = await api.call("POST", "/api/v1/mcp/servers", registration);
tell();
for (let times = 0; server.status === "authenticating" && times < maxTimes; times++) await authorize();
if (MCP_CONFORMANCE_SCENARIO !== "initialize") await callAll();
await api.call("DELETE", `/api/v1/mcp/servers/${server.id}`);

async function callAll(): Promise<void> {
	const { tools } = await api.call("GET", "/api/v1/tools?type=mcp&limit=100");
	const ours: Json[] = tools.filter(({ serverId }: Json) => serverId === server.id);
	const calls = context.toolCalls?.map((call) => ({
		...call,
		tool: ours.find((tool) => isCalled(tool, call.name)),
	})) ?? [...ours.map((tool) => ({ name: tool.name, tool, arguments: argumentsFor(tool) }))];
	for (const { name, tool, arguments: parameters } of calls) {
		// The suite also wants tools called that a client must not take up.
		if (!tool) console.error(`${name}: not taken up`);
		else await call(tool.id, parameters);
	}
}

/** A call that needs more than was granted is made again once that is granted. */
async function call(toolId: string, parameters: object): Promise<void> {
	for (let attempt = 1; attempt <= 2; attempt++) {
		const answer = await api.call("POST", `/api/v1/tools/${toolId}/execute`, { parameters });
		console.error(JSON.stringify(answer));
		if (!/authorisation: POST/.test(answer.error ?? "")) return;
		await authorize();
	}
}

/** As the person would: opens the address, and brings back what the browser got. */
async function authorize(): Promise<void> {
	const path = `/api/v1/mcp/servers/${server.id}/authorization`;
	const { authorizationUrl } = await api.call("POST", path);
	const response = await fetch(authorizationUrl, { redirect: "manual" });
	const { searchParams } = new URL(response.headers.get("location") ?? "", authorizationUrl);
	server = await api.call("POST", `${path}/complete`, Object.fromEntries(searchParams));
	tell();
}

function tell(): void {
	console.error(`${MCP_CONFORMANCE_SCENARIO}: ${server.status} ${server.protocolVersion} ${server.error ?? ""}`);
}

/** Ours are called `<server>__<tool>`, in small letters. */
function isCalled(tool: Json, remoteName: string): boolean {
	return tool.name.endsWith(`__${remoteName.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_")}`);
}

/** What the one tool with parameters that the suite does not give takes. */
function argumentsFor({ name }: Json): object {
	return name.endsWith("add_numbers") ? { a: 5, b: 3 } : {};
}
