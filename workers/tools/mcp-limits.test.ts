/** What MCP servers, and those who register them, can do at most. */
import { maxServersPerOwner } from "#tools/mcp/limits";
import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, inject, test } from "vitest";
import { asCaller } from "../../test/support/as-caller.ts";
import { standardFixtureTools } from "../../test/support/mcp-fixture-tools.ts";
import { openMcpServer } from "../../test/support/mcp-server-control.ts";
import { begin, call, execution, expectJson, register, toolNamed, toolsOf } from "./testing.ts";

const ada = asCaller("usr_ada");
const control = inject("mcpServers");
const anything = { type: "object" as const };
const readOnly = { readOnlyHint: true };
const echoTool = standardFixtureTools[0]!;

test.each(["sse", "websocket"] as const)("a connection over %s that is never idle has no end", async (kind) => {
	const remote = await openMcpServer(control, kind);
	const server = await register(ada, { url: remote.url });
	const [slow, large] = [await toolNamed(ada, server, "slow"), await toolNamed(ada, server, "large")];
	const running = await begin(ada, slow.id, {});
	await expect.poll(async () => (await remote.seen()).events).toEqual(["call slow"]);
	for (let i = 0; i < 6; i++) expect((await call(ada, large.id, { size: 900_000 })).status).toBe("success");
	const atOnce = Array.from({ length: 6 }, async () => (await call(ada, large.id, { size: 900_000 })).status);
	expect(await Promise.all(atOnce)).toEqual(atOnce.map(() => "success"));
	expect((await remote.seen()).events.filter((event) => event.endsWith("slow"))).toEqual(["call slow"]);
	expect((await execution(ada, running)).status).toBe("running");
	await ada.post(`/api/v1/tools/executions/${running}/cancel`, undefined);
});

test("a frame that is no text ends the socket, and says so", async () => {
	const remote = await openMcpServer(control, "websocket");
	await remote.setTools([echoTool, { name: "binary", inputSchema: anything, annotations: readOnly }]);
	const server = await register(ada, { url: remote.url });
	const answer = await call(ada, (await toolNamed(ada, server, "binary")).id, {});
	expect(answer).toMatchObject({ status: "error", error: "The server sent a frame that is no text." });
	await expect.poll(async () => (await remote.seen()).events).toEqual(["closed 1003", "closed 1003"]);
	const echo = await toolNamed(ada, server, "echo");
	expect(await call(ada, echo.id, { text: "still here" })).toMatchObject({ result: "still here" });
});

test.each(["modern", "sessions"] as const)("what is no tool in a list over %s hides no tool", async (kind) => {
	const remote = await openMcpServer(control, kind);
	const noTools = [{ description: "Nameless." }, null, "text", { name: "bad", inputSchema: { type: "array" } }];
	await remote.setTools([...(noTools as never[]), echoTool]);
	const server = await register(ada, { url: remote.url });
	expect(server).toMatchObject({ status: "connected", toolsDiscovered: 1 });
	expect(server.notice).toMatch(/^4 tools were left out/);
	expect(await call(ada, (await toolNamed(ada, server, "echo")).id, { text: "hi" })).toMatchObject({ result: "hi" });
});

test("a server that says all the time that its tools changed is looked at meanwhile", async () => {
	const remote = await openMcpServer(control, "modern");
	const server = await register(ada, { url: remote.url });
	await remote.setTools([{ name: "new", inputSchema: anything }]);
	const until = Date.now() + 4_500;
	let names: string[] = [];
	while (Date.now() < until && !names.some((name) => name.endsWith("__new"))) {
		for (let i = 0; i < 5; i++) await remote.announce();
		names = (await toolsOf(ada, server)).map(({ name }) => name);
	}
	expect(names).toContainEqual(expect.stringMatching(/__new$/));
});

test.each([[readOnly], [{}]])("an answer that is nested too deep is a failure, once: %j", async (annotations) => {
	const remote = await openMcpServer(control, "deep");
	await remote.setTools([echoTool, { name: "deep", inputSchema: anything, annotations }]);
	const server = await register(ada, { url: remote.url });
	const answer = await call(ada, (await toolNamed(ada, server, "deep")).id, {});
	expect(answer).toMatchObject({ status: "error", error: "The answer is nested more than 64 deep." });
	expect((await remote.seen()).requests.filter(({ rpc }) => rpc === "tools/call")).toHaveLength(1);
	expect(await call(ada, (await toolNamed(ada, server, "echo")).id, { text: "hi" })).toMatchObject({ result: "hi" });
});

test("an owner has so many servers at most, however fast he is", async () => {
	const owner = asCaller("usr_collector");
	const url = "http://127.0.0.1:9/mcp";
	const body = (name: string) => ({ name, url, autoDiscovery: false });
	const { id } = await expectJson<{ id: string }>(await owner.post("/api/v1/mcp/servers", body("first")), 201);
	await multiplyServer(id, maxServersPerOwner - 5);
	const answers = await Promise.all(
		Array.from({ length: 10 }, async (_, i) => await owner.post("/api/v1/mcp/servers", body(`s${i}`))),
	);
	expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
	const refused = answers.filter(({ status }) => status !== 201);
	for (const answer of refused) expect(await answer.json()).toMatchObject({ status: 422, code: "limit_exceeded" });
	expect((await owner.send("DELETE", `/api/v1/mcp/servers/${id}`)).status).toBe(204);
	await expectJson(await owner.post("/api/v1/mcp/servers", body("another")), 201);
	await expectJson(await asCaller("usr_other").post("/api/v1/mcp/servers", body("first")), 201);
}, 20_000);

/** So that there are `count` of it, but for their names and ids the same. */
async function multiplyServer(id: string, count: number): Promise<void> {
	const { results } = await env.DB.prepare("SELECT name FROM pragma_table_info('mcp_servers')").all<{ name: string }>();
	const columns = results.map(({ name }) => name);
	const values = columns.map((column) => (column === "id" || column === "name" ? `${column} || '_' || i` : column));
	await env.DB.prepare(
		`INSERT INTO mcp_servers (${columns.join()})
			WITH RECURSIVE numbers (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM numbers WHERE i < ?)
			SELECT ${values.join()} FROM mcp_servers, numbers WHERE id = ?`,
	)
		.bind(count, id)
		.run();
}

describe("what is remembered of calls that change something", () => {
	async function opened() {
		const remote = await openMcpServer(control, "modern");
		const { id } = await register(ada, { url: remote.url });
		const connection = () => env.MCP_CONNECTIONS.getByName(id);
		const make = async (remoteName: string, key: string, args = {}) =>
			await connection().callTool({
				tool: { remoteName, inputSchema: anything },
				...{ arguments: args, callId: crypto.randomUUID(), timeoutMs: 5_000, repeatable: false, key },
			});
		return { remote, connection, make };
	}

	test("is that it was made, and its result up to 64 KB", async () => {
		const { remote, connection, make } = await opened();
		for (const size of [60_000, 70_000]) {
			expect(await make("large", `of ${size}`, { size })).toEqual({ value: "x".repeat(size) });
		}
		expect(await make("large", "of 60000", { size: 60_000 })).toEqual({ value: "x".repeat(60_000) });
		const again = make("large", "of 70000", { size: 70_000 });
		await expect(again).rejects.toMatchObject({ code: "tool_failed", message: expect.stringContaining("too long") });
		expect((await remote.seen()).events).toEqual(["call large", "call large"]);
		await runInDurableObject(connection(), (_, { storage }) => {
			expect(storage.sql.exec("SELECT max(length(outcome)) AS n FROM calls").one()).toEqual({ n: 60_012 });
		});
	});

	test("is cleared away after a day, whether another call comes or not", async () => {
		const { remote, connection, make } = await opened();
		await make("count", "old");
		await make("count", "new");
		await runInDurableObject(connection(), async (_, { storage }) => {
			const alarm = await storage.getAlarm();
			expect(alarm! - Date.now()).toBeGreaterThan(23.9 * 3_600_000);
			expect(alarm! - Date.now()).toBeLessThanOrEqual(24 * 3_600_000);
			storage.sql.exec("UPDATE calls SET at = at - 86400001 WHERE key = 'old'");
		});
		await abortAllDurableObjects();
		expect(await runDurableObjectAlarm(connection())).toBe(true);
		await runInDurableObject(connection(), async (_, { storage }) => {
			expect(storage.sql.exec("SELECT key FROM calls").toArray()).toEqual([{ key: "new" }]);
			expect(await storage.getAlarm()).not.toBeNull();
			storage.sql.exec("UPDATE calls SET at = at - 86400001");
		});
		expect(await runDurableObjectAlarm(connection())).toBe(true);
		await runInDurableObject(connection(), async (_, { storage }) => {
			expect(storage.sql.exec("SELECT key FROM calls").toArray()).toEqual([]);
			expect(await storage.getAlarm()).toBeNull();
		});
		expect(await make("count", "old")).toEqual({ value: "3" });
		expect((await remote.seen()).count).toBe(3);
	});
});
