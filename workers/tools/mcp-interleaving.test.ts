/** What happens to MCP servers while something else is under way with them. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, inject, test } from "vitest";
import type { ToolsContext } from "#tools/context";
import { approveTool } from "#tools/mcp/approve-tool";
import type { McpConnection } from "#tools/mcp/mcp-connection-object";
import type { McpServer } from "#tools/mcp/schema";
import { serverOfConnection } from "#tools/mcp/server-store";
import { syncTools } from "#tools/mcp/sync-tools";
import { definitionOf } from "#tools/mcp/tool-definition";
import type { Tool } from "#tools/schema";
import { openDb } from "#tools/store";
import { updateTool } from "#tools/update-tool";
import { asCaller } from "../../test/support/as-caller.ts";
import { standardFixtureTools } from "../../test/support/mcp-fixture-tools.ts";
import { openMcpServer, type RemoteServer } from "../../test/support/mcp-server-control.ts";
import { expectJson, register, serverOf, toolNamed, toolsOf } from "./testing.ts";

const ada = asCaller("usr_ada");
const control = inject("mcpServers");
const anything = { type: "object" as const };

async function patch({ id }: McpServer, fields: object): Promise<void> {
	await expectJson(await ada.send("PATCH", `/api/v1/mcp/servers/${id}`, fields), 200);
}

async function toolOf({ id }: Tool): Promise<Tool> {
	return await expectJson<Tool>(await ada.get(`/api/v1/tools/${id}`), 200);
}

/** What `interruption` does, once, between reading and writing. */
function interrupted(interruption: () => Promise<void>) {
	let isDue = true;
	const database = {
		prepare: (query: string) => env.DB.prepare(query),
		async batch(statements: D1PreparedStatement[]) {
			if (isDue) {
				isDue = false;
				await interruption();
			}
			return await env.DB.batch(statements);
		},
	};
	return openDb(database as D1Database);
}

function adaAt(db: ToolsContext["db"]): ToolsContext {
	return { db, caller: { userId: "usr_ada", role: "user" }, standardTools: new Map(), origin: "" } as never;
}

async function expectEmpty(connection: DurableObjectStub<McpConnection>): Promise<void> {
	await runInDurableObject(connection, async (_, { storage }) => {
		const tables = storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf\\_%' ESCAPE '\\'");
		expect(tables.toArray()).toEqual([]);
		expect([...storage.kv.list()]).toEqual([]);
		expect(await storage.getAlarm()).toBeNull();
	});
}

describe("a change of a server while its tools are read", () => {
	async function whileReading(fields: object, change: object): Promise<{ remote: RemoteServer; server: McpServer }> {
		const remote = await openMcpServer(control, "modern");
		await remote.setListDelay(700);
		const name = `s${crypto.randomUUID().slice(0, 8)}`;
		const registering = register(ada, { url: remote.url, name, ...fields });
		const isAsked = async () => (await remote.seen()).requests.some(({ rpc }) => rpc === "tools/list");
		await expect.poll(isAsked, { interval: 20 }).toBe(true);
		const { results } = await env.DB.prepare("SELECT id FROM mcp_servers WHERE name = ?").bind(name).all<McpServer>();
		await patch(results[0]!, change);
		return { remote, server: await registering };
	}

	test("holds for the tools that are found", async () => {
		const { server } = await whileReading({ shared: true }, { shared: false, requiresApproval: true });
		const tools = await toolsOf(ada, server);
		expect(tools).toHaveLength(10);
		for (const tool of tools) expect(tool).toMatchObject({ shared: false, requiresApproval: true });
	});

	test("to another address leaves no tool of the one before", async () => {
		const next = await openMcpServer(control, "modern");
		await next.setTools([{ name: "new", inputSchema: anything }]);
		const { server } = await whileReading({}, { url: next.url });
		expect(await toolsOf(ada, server)).toMatchObject([{ description: "new", serverUrl: next.url }]);
	});
});

describe("a change of a server between reading and writing", () => {
	async function registered(): Promise<{ remote: RemoteServer; server: McpServer; echo: Tool }> {
		const remote = await openMcpServer(control, "modern");
		const server = await register(ada, { url: remote.url, shared: true });
		return { remote, server, echo: await toolNamed(ada, server, "echo") };
	}

	test("stays when its tools are taken up, and so does what they have become", async () => {
		const { server, echo } = await registered();
		const row = await serverOfConnection(openDb(env.DB), server.id);
		const changed = standardFixtureTools.map((tool) => ({ ...tool, description: `Other: ${tool.description}` }));
		const definitions = (await Promise.all(changed.map((tool) => definitionOf(tool as never)))).map((found) => found!);
		await syncTools(
			interrupted(() => patch(server, { shared: false })),
			row!,
			definitions,
		);
		expect(await toolOf(echo)).toMatchObject({
			shared: false,
			status: "inactive",
			pending: { hash: expect.any(String) },
		});
	});

	test("stays when somebody approves or changes a tool", async () => {
		const { remote, server, echo } = await registered();
		await remote.setTools([{ ...standardFixtureTools[0]!, description: "Else." }]);
		await expectJson(await ada.post(`/api/v1/mcp/servers/${server.id}/refresh`, undefined), 200);
		const unshared = interrupted(() => patch(server, { shared: false }));
		await expect(approveTool(adaAt(unshared), echo.id)).rejects.toMatchObject({ code: "conflict" });
		const approved = interrupted(() => patch(server, { requiresApproval: true }));
		const limits = { concurrency: 2 };
		await expect(updateTool(adaAt(approved), echo.id, { limits })).rejects.toMatchObject({ code: "conflict" });
		expect(await toolOf(echo)).toMatchObject({ shared: false, requiresApproval: true, version: "1.0.3" });
		await approveTool(adaAt(openDb(env.DB)), echo.id);
		expect(await toolOf(echo)).toMatchObject({ status: "active", shared: false, version: "1.0.4" });
	});
});

describe("a server that is removed while it is called", () => {
	test("ends the call, and leaves nothing", async () => {
		const remote = await openMcpServer(control, "sessions");
		await remote.setTools([{ name: "slow", inputSchema: anything }]);
		const server = await register(ada, { url: remote.url });
		const connection = env.MCP_CONNECTIONS.getByName(server.id);
		const calling = async (key: string) =>
			await connection.callTool({
				tool: { remoteName: "slow", inputSchema: anything },
				...{ arguments: {}, callId: crypto.randomUUID(), timeoutMs: 10_000, repeatable: false, key },
			});
		const ended = expect(calling("one")).rejects.toMatchObject({ code: "cancelled" });
		await expect.poll(async () => (await remote.seen()).events).toEqual(["call slow"]);
		// From then on, other calls use another connection.
		await patch(server, { description: "Soon gone." });
		expect((await ada.send("DELETE", `/api/v1/mcp/servers/${server.id}`)).status).toBe(204);
		await ended;
		await expect.poll(async () => (await remote.seen()).events).toEqual(["call slow", "cancelled slow"]);
		await expect(calling("two")).rejects.toMatchObject({ code: "not_found" });
		await expectEmpty(connection);
	});

	test("has nothing written down of it that fails later", async () => {
		const [remote, silent] = [await openMcpServer(control, "modern"), await openMcpServer(control, "stall")];
		const server = await register(ada, { url: remote.url });
		const connection = env.MCP_CONNECTIONS.getByName(server.id);
		await env.DB.prepare("UPDATE mcp_servers SET url = ? WHERE id = ?").bind(silent.url, server.id).run();
		await connection.reset();
		const checking = (async () => await connection.health())();
		await expect.poll(async () => (await silent.seen()).pending).toBe(1);
		expect((await ada.send("DELETE", `/api/v1/mcp/servers/${server.id}`)).status).toBe(204);
		await silent.stop();
		expect(await checking).toMatchObject({ status: "unhealthy" });
		await expectEmpty(connection);
	});
});

test("a server is refreshed again once the database is there again", async () => {
	const remote = await openMcpServer(control, "modern");
	const server = await register(ada, { url: remote.url });
	const connection = env.MCP_CONNECTIONS.getByName(server.id);
	await env.DB.exec("ALTER TABLE mcp_servers RENAME TO away");
	try {
		const refreshing = async () => await connection.refresh({ tools: true });
		await expect(refreshing()).rejects.toThrow("mcp_servers");
	} finally {
		await env.DB.exec("ALTER TABLE away RENAME TO mcp_servers");
	}
	await remote.setTools([{ name: "new", inputSchema: anything }]);
	await connection.refresh({ tools: true });
	expect(await serverOf(ada, server.id)).toMatchObject({ status: "connected", toolsDiscovered: 1 });
});
