/** The SDK's clients, the present one and the one before it, list and call through `/mcp`. */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as OldTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { beforeAll, describe, expect, inject, onTestFinished, test, vi } from "vitest";
import { newPerson, type Person } from "../support/people.ts";

const instance = inject("platform");
const url = new URL(`${instance.url}/mcp`);
const info = { name: "test", version: "1.0.0" };

let ada: Person;
let key: string;

beforeAll(async () => {
	ada = await newPerson(instance);
	({ key } = await ada.call("POST", "/api/v1/api-keys", { name: "mcp" }));
	await ada.call("POST", "/api/v1/tools/file_write/execute", { parameters: { path: "a/b.txt", content: "Hello" } });
});

async function newClient(era: "auto" | "legacy", headers: Record<string, string>): Promise<Client> {
	const client = new Client(info, {
		capabilities: { elicitation: { form: {} } },
		versionNegotiation: { mode: era },
	});
	await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
	onTestFinished(() => client.close());
	return client;
}

async function oldClient(headers: Record<string, string>): Promise<OldClient> {
	const client = new OldClient(info);
	await client.connect(new OldTransport(url, { requestInit: { headers } }));
	onTestFinished(() => client.close());
	return client;
}

describe.each([
	["the client of today", "2026-07-28", () => newClient("auto", { authorization: `Bearer ${key}` })],
	["it, by the old protocol", "2025-11-25", () => newClient("legacy", { "x-api-key": key })],
	["the client before it", "2025-11-25", () => oldClient({ authorization: `Bearer ${ada.token}` })],
] as const)("%s", (_, version, connect) => {
	test("agrees on a version, lists, calls, reads", async () => {
		const client = await connect();
		if (client instanceof Client) expect(client.getNegotiatedProtocolVersion()).toBe(version);
		expect(client.getServerVersion()).toMatchObject({ name: "agentic-edge" });
		const { tools } = await client.listTools();
		expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(["math_evaluate", "file_write"]));
		const sum = await client.callTool({ name: "math_evaluate", arguments: { expression: "6 * 7" } });
		expect(sum.structuredContent).toMatchObject({ value: 42 });
		const wrong = await client.callTool({ name: "math_evaluate", arguments: {} });
		expect(wrong.isError).toBe(true);
		await expect(client.callTool({ name: "nothing", arguments: {} })).rejects.toThrow("nothing");
		const { resources } = await client.listResources();
		expect(resources).toMatchObject([{ name: "a/b.txt" }]);
		const { contents } = await client.readResource({ uri: resources[0]?.uri ?? "" });
		expect(contents).toMatchObject([{ text: "Hello" }]);
	});
});

test("nobody connects without a key that is alive", async () => {
	await expect(newClient("auto", {})).rejects.toThrow();
	await expect(newClient("auto", { "x-api-key": "aek_wrong" })).rejects.toThrow();
	await expect(oldClient({})).rejects.toThrow();
});

test("a call stands in its caller's trace", async () => {
	const traceId = "0af7651916cd43dd8448eb211c80319c".replace(/^.{8}/, crypto.randomUUID().slice(0, 8));
	const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
	const client = await newClient("auto", { "x-api-key": key, traceparent });
	await client.callTool({ name: "math_evaluate", arguments: { expression: "1" } });
	await vi.waitFor(
		async () => {
			const trace = JSON.stringify(await ada.call("GET", `/api/v1/traces/${traceId}`));
			expect(trace).toContain("execute_tool math_evaluate");
			expect(trace).toContain("POST /mcp");
		},
		{ timeout: 15_000, interval: 300 },
	);
});
