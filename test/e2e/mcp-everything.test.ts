/** The MCP project's reference server is registered, discovered and used, and survives being stopped and started. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { Json } from "../../scripts/api-client.ts";
import { freePort } from "../../scripts/free-port.ts";
import { type EverythingServer, startEverythingServer } from "../support/everything-server.ts";
import { installPeers, installTimeoutMs } from "../support/peers.ts";
import { newPerson, type Person } from "../support/people.ts";

const instance = inject("platform");
/** Of the version that is installed, to a client that takes elicitations and has no roots. */
const toolCount = 14;

let ada: Person;
let everything: EverythingServer;
let port: number;
let server: Json;
let tools: Json[];

beforeAll(async () => {
	await installPeers();
	ada = await newPerson(instance);
	port = await freePort("127.0.0.1", 0);
	everything = await startEverythingServer(port);
	const body = { name: "Everything", url: `http://127.0.0.1:${port}/mcp`, autoDiscovery: true };
	server = await ada.call("POST", "/api/v1/mcp/servers", body);
	({ tools } = await ada.call("GET", "/api/v1/tools?type=mcp&limit=100"));
}, installTimeoutMs);

afterAll(async () => {
	await everything.stop();
});

test("it is registered with what it can, and its tools stand in the list", async () => {
	expect(server).toMatchObject({ status: "connected", transport: "streamable_http", protocolVersion: "2025-11-25" });
	expect(server.toolsDiscovered).toBe(toolCount);
	expect(server.capabilities).toEqual(expect.arrayContaining(["tools", "resources", "prompts"]));
	expect(tools).toHaveLength(toolCount);
	expect(tools.every(({ name }) => name.startsWith("everything__"))).toBe(true);
	const { mcpServers } = await ada.call("GET", "/api/v1/tools");
	expect(mcpServers).toMatchObject([{ id: server.id, status: "connected", toolCount }]);
});

test("its tools are called: text, numbers, structured content, and what fails", async () => {
	expect(await call("echo", { message: "hello" })).toMatchObject({ status: "success", result: "Echo: hello" });
	expect((await call("get_sum", { a: 2, b: 40 })).result).toContain("42");
	const weather = await call("get_structured_content", { location: "Chicago" });
	expect(weather.result).toMatchObject({ temperature: expect.any(Number), conditions: expect.any(String) });
	expect(weather.metadata.serverUrl).toBe(server.url);
	const wrong = await ada.fetch("POST", pathOf("get_sum"), { parameters: { a: "two" } });
	expect(wrong.status).toBe(422);
});

test("its progress is told", async () => {
	const { status, result, logs } = await call("trigger_long_running_operation", { duration: 1, steps: 3 });
	expect(status).toBe("success");
	expect(result).toContain("completed");
	expect(logs).toHaveLength(3);
});

test("its resources are listed and read, its prompts listed and filled", async () => {
	const path = `/api/v1/mcp/servers/${server.id}`;
	const { resources } = await ada.call("GET", `${path}/resources`);
	const uri = resources.find(({ name }: Json) => name === "features.md")?.uri;
	const { contents } = await ada.call("POST", `${path}/resources/read`, { uri });
	expect(contents[0].text.length).toBeGreaterThan(100);
	const { prompts } = await ada.call("GET", `${path}/prompts`);
	expect(prompts.map(({ name }: Json) => name)).toContain("args-prompt");
	const prompt = await ada.call("POST", `${path}/prompts/get`, { name: "args-prompt", arguments: { city: "Ulm" } });
	expect(JSON.stringify(prompt.messages)).toContain("Ulm");
});

test("an agent uses it like any other tool", async () => {
	const { id, name } = toolOf("get_sum");
	const script = [{ call: name, input: { a: 1, b: 2 } }, { say: "{{result}}" }];
	const config = { model: "local/script", script, tools: [id] };
	const agent = await ada.call("POST", "/api/v1/agents", { name: "Adder", framework: "langchain", config });
	const answer = await ada.call("POST", `/api/v1/agents/${agent.id}/execute`, { message: "add" });
	expect(answer.toolCalls).toMatchObject([{ toolId: id, output: expect.stringContaining("3") }]);
});

test("it is stopped, which is said, and started again, and works as before", async () => {
	await everything.stop();
	const failed = await call("echo", { message: "anybody?" });
	expect(failed).toMatchObject({ status: "error", error: expect.any(String) });
	const health = `/api/v1/mcp/servers/${server.id}/health`;
	expect((await ada.call("GET", health)).status).toBe("unhealthy");
	everything = await startEverythingServer(port);
	expect(await call("echo", { message: "back" })).toMatchObject({ status: "success", result: "Echo: back" });
	expect((await ada.call("GET", health)).status).toBe("healthy");
	expect((await ada.call("POST", `/api/v1/mcp/servers/${server.id}/refresh`)).toolsDiscovered).toBe(toolCount);
});

function toolOf(name: string): Json {
	return tools.find((tool) => tool.name === `everything__${name}`);
}

function pathOf(name: string): string {
	return `/api/v1/tools/${toolOf(name).id}/execute`;
}

async function call(name: string, parameters: object): Promise<Json> {
	return await ada.call("POST", pathOf(name), { parameters });
}
