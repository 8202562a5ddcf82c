import { abortAllDurableObjects } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, inject, test } from "vitest";
import type { McpServer } from "#tools/mcp/schema";
import { asCaller } from "../../test/support/as-caller.ts";
import { openMcpServer } from "../../test/support/mcp-server-control.ts";
import { call, execute, expectJson, expectProblem, register, serverOf, toolNamed, toolsOf } from "./testing.ts";

const ada = asCaller("usr_ada");
const control = inject("mcpServers");

describe("a server that means harm", () => {
	test.each([
		["huge", "limit"],
		["endless", "bytes"],
		["stall", "in time"],
		["bad-json", "does not speak MCP"],
		["not-mcp", "does not speak MCP"],
		["down", "status 503"],
		["wants-key", "The server wants authorisation."],
		["redirect", "redirects"],
	] as const)(
		"by being %s is left, with a reason and nothing pending",
		async (kind, reason) => {
			const remote = await openMcpServer(control, kind);
			const started = performance.now();
			const server = await register(ada, { url: remote.url, apiKey: "sk-secret-of-ada" });
			expect(performance.now() - started).toBeLessThan(11_000);
			expect(server).toMatchObject({ status: "error", toolsDiscovered: 0 });
			expect(server.error).toContain(reason === "limit" ? "bytes" : reason);
			expect(JSON.stringify(server)).not.toMatch(/secret|hello|stack/);
			await expect.poll(async () => (await remote.seen()).pending, { timeout: 4_000 }).toBe(0);
		},
		20_000,
	);

	test("with 10,000 tools gives 1,000", async () => {
		const remote = await openMcpServer(control, "modern");
		const tool = { description: "One of many.", inputSchema: { type: "object" as const } };
		await remote.setTools(Array.from({ length: 10_000 }, (_, i) => ({ name: `tool-${i}`, ...tool })));
		const server = await register(asCaller("usr_many"), { url: remote.url });
		expect(server).toMatchObject({ status: "connected", toolsDiscovered: 1_000 });
		expect(server.notice).toBe("Of 10000 tools the first 1000 were taken.");
	}, 30_000);

	test("with tools that are too large or too deep gives the others, and has its patterns run by nobody", async () => {
		const remote = await openMcpServer(control, "modern");
		let deep: object = {};
		for (let i = 0; i < 2_000; i++) deep = { properties: { a: deep } };
		await remote.setTools([
			{ name: "large", description: "x".repeat(70_000), inputSchema: { type: "object" } },
			{ name: "deep", inputSchema: { type: "object", ...deep } },
			{
				name: "echo",
				inputSchema: {
					type: "object",
					properties: { text: { type: "string", pattern: "^(a+)+$" } },
					patternProperties: { "^(a+)+$": {} },
				},
				annotations: { readOnlyHint: true },
			},
		]);
		const server = await register(ada, { url: remote.url });
		expect(server).toMatchObject({ status: "connected", toolsDiscovered: 1 });
		expect(server.notice).toMatch(/^2 tools were left out/);
		const echo = await toolNamed(ada, server, "echo");
		const text = `${"a".repeat(50)}!`;
		const started = performance.now();
		expect(await call(ada, echo.id, { text, [text]: 1 })).toMatchObject({ status: "success", result: text });
		expect(performance.now() - started).toBeLessThan(1_000);
	});

	test.each(["modern", "sessions", "sse", "websocket"] as const)(
		"by a result that is too large over %s fails that call, and no other",
		async (kind) => {
			const remote = await openMcpServer(control, kind);
			const server = await register(ada, { url: remote.url });
			const large = await toolNamed(ada, server, "large");
			const answer = await call(ada, large.id, { size: 6_000_000 });
			expect(answer).toMatchObject({ status: "error", result: null });
			expect(answer.executionTime).toBeLessThan(5_000);
			const echo = await toolNamed(ada, server, "echo");
			expect(await call(ada, echo.id, { text: "still here" })).toMatchObject({ result: "still here" });
		},
	);
});

describe("a key", () => {
	test("goes to its server with every request, and is shown to nobody", async () => {
		const remote = await openMcpServer(control, "sessions");
		const body = { url: remote.url, apiKey: "sk-very-secret", headers: { "X-Team": "blue-team" } };
		const server = await register(ada, body);
		const echo = await toolNamed(ada, server, "echo");
		await call(ada, echo.id, { text: "hi" });
		const { requests } = await remote.seen();
		expect(requests.map(({ rpc }) => rpc)).toEqual(expect.arrayContaining(["initialize", "tools/list", "tools/call"]));
		for (const { headers } of requests) {
			expect(headers).toMatchObject({ authorization: "Bearer sk-very-secret", "x-team": "blue-team" });
			const foreign = Object.keys(headers).filter((name) => /^x-(?!team$)|cookie|traceparent|^mcp-call/.test(name));
			expect(foreign).toEqual([]);
		}
		expect(server.hasApiKey).toBe(true);
		const shown = [
			await (await ada.get(`/api/v1/mcp/servers/${server.id}`)).text(),
			await (await ada.get("/api/v1/mcp/servers")).text(),
			await (await ada.get("/api/v1/tools?type=mcp")).text(),
			JSON.stringify((await env.DB.prepare("SELECT * FROM mcp_servers").all()).results),
			JSON.stringify((await env.DB.prepare("SELECT * FROM tools").all()).results),
		];
		for (const text of shown) expect(text).not.toMatch(/very-secret|blue-team/);
	});

	test("stays with its origin when the address is edited", async () => {
		const [one, two] = [await openMcpServer(control, "modern"), await openMcpServer(control, "modern")];
		const server = await register(ada, { url: one.url, apiKey: "sk-of-one" });
		const path = `/api/v1/mcp/servers/${server.id}`;
		const same = await expectJson<McpServer>(await ada.send("PATCH", path, { url: `${one.url}?v=2` }), 200);
		expect(same).toMatchObject({ hasApiKey: true, status: "connected", url: `${one.url}?v=2` });
		const moved = await expectJson<McpServer>(await ada.send("PATCH", path, { url: two.url }), 200);
		expect(moved).toMatchObject({ hasApiKey: false, status: "connected", url: two.url });
		const echo = await toolNamed(ada, server, "echo");
		expect(await call(ada, echo.id, { text: "hi" })).toMatchObject({ result: "hi", metadata: { serverUrl: two.url } });
		for (const { headers } of (await two.seen()).requests) expect(headers.authorization).toBeUndefined();
		const keyed = await expectJson<McpServer>(await ada.send("PATCH", path, { apiKey: "sk-of-two" }), 200);
		expect(keyed.hasApiKey).toBe(true);
		expect((await two.seen()).requests.at(-1)?.headers.authorization).toBe("Bearer sk-of-two");
		const back = await expectJson<McpServer>(await ada.send("PATCH", path, { url: one.url, apiKey: "sk-new" }), 200);
		expect(back.hasApiKey).toBe(true);
		expect((await one.seen()).requests.at(-1)?.headers.authorization).toBe("Bearer sk-new");
		await expectProblem(await ada.send("PATCH", path, { url: "http://10.0.0.1/mcp" }), 422, "address_not_allowed");
		expect((await serverOf(ada, server.id)).url).toBe(one.url);
	});

	test("moved to another row opens nothing", async () => {
		const remote = await openMcpServer(control, "modern");
		const mine = await register(ada, { url: remote.url, apiKey: "sk-of-ada" });
		const theirs = await register(asCaller("usr_thief"), { url: remote.url });
		await env.DB.prepare("UPDATE mcp_servers SET secret = (SELECT secret FROM mcp_servers WHERE id = ?) WHERE id = ?")
			.bind(mine.id, theirs.id)
			.run();
		await asCaller("usr_thief").post(`/api/v1/mcp/servers/${theirs.id}/refresh`, undefined);
		const sent = (await remote.seen()).requests.filter(({ headers }) => headers.authorization === "Bearer sk-of-ada");
		expect(sent.length).toBeGreaterThan(0);
		const after = (await remote.seen()).requests.length;
		await asCaller("usr_thief").get(`/api/v1/mcp/servers/${theirs.id}/health`);
		expect((await remote.seen()).requests.length).toBe(after);
		expect(await serverOf(asCaller("usr_thief"), theirs.id)).toMatchObject({ status: "error" });
	});

	const url = "http://127.0.0.1:9/mcp";

	test.each([
		...["Host", "Mcp-Session-Id", "x y", "Origin", "X-Forwarded-For", "Forwarded", "Proxy-Authorization", "EXPECT"],
		...["Sec-WebSocket-Protocol", "Accept-Encoding", "Content-Type", "Cookie", "Connection", "TE", "CF-Connecting-IP"],
	])("comes in no header %s", async (name) => {
		const body = { name: "x", url, headers: { [name]: "x" } };
		const { errors } = await expectProblem(await ada.post("/api/v1/mcp/servers", body), 422, "invalid_input");
		expect(errors?.[0]?.pointer).toBe(`/headers/${name}`);
	});

	test.each<[{ headers: Record<string, string>; apiKey?: string }, string]>([
		[{ headers: { "X-A": "a\r\nb: c" } }, "/headers/X-A"],
		[{ headers: { Authorization: "Basic one", authorization: "Basic two" } }, "/headers"],
		[{ headers: { Authorization: "Basic one" }, apiKey: "two" }, "/apiKey"],
	])("comes in no headers like %j", async (fields, pointer) => {
		const body = { name: "x", url, ...fields };
		const { errors } = await expectProblem(await ada.post("/api/v1/mcp/servers", body), 422, "invalid_input");
		expect(errors?.[0]?.pointer).toBe(pointer);
		const server = await register(ada, { url, autoDiscovery: false });
		await expectProblem(await ada.send("PATCH", `/api/v1/mcp/servers/${server.id}`, fields), 422, "invalid_input");
	});
});

test("a server that fails again and again is left alone for a while, and then tried again", async () => {
	const remote = await openMcpServer(control, "modern");
	const server = await register(ada, { url: remote.url });
	const echo = await toolNamed(ada, server, "echo");
	const health = async () => await expectJson(await ada.get(`/api/v1/mcp/servers/${server.id}/health`), 200);
	await remote.stop();
	for (let i = 0; i < 6; i++) await call(ada, echo.id, { text: "anyone?" });
	const started = performance.now();
	expect(await call(ada, echo.id, { text: "anyone?" })).toMatchObject({
		...{ status: "error", error: expect.stringContaining("left alone") },
	});
	expect(performance.now() - started).toBeLessThan(500);
	expect(await health()).toMatchObject({ status: "unhealthy", circuit: "open", retryAfter: expect.any(Number) });
	await abortAllDurableObjects();
	const resources = await ada.get(`/api/v1/mcp/servers/${server.id}/resources`);
	expect(Number(resources.headers.get("retry-after"))).toBeGreaterThan(0);
	await expectProblem(resources, 503, "service_unavailable");
	await remote.start();
	await expect
		.poll(async () => (await call(ada, echo.id, { text: "back" })).status, { timeout: 8_000, interval: 300 })
		.toBe("success");
	expect(await health()).toMatchObject({ status: "healthy", circuit: "closed" });
}, 20_000);

describe("a call of a tool that changes something", () => {
	async function calling(name: string) {
		const remote = await openMcpServer(control, "sessions");
		const server = await register(ada, { url: remote.url });
		const [tool] = await toolsOf(ada, server);
		const connection = env.MCP_CONNECTIONS.getByName(server.id);
		const make = async (key: string) =>
			await connection.callTool({
				tool: { remoteName: name, inputSchema: tool?.inputSchema ?? {} },
				...{ arguments: {}, callId: crypto.randomUUID(), timeoutMs: 1_500, repeatable: false, key },
			});
		return { remote, make };
	}

	test("is made once under its key", async () => {
		const { remote, make } = await calling("count");
		expect(await make("one")).toMatchObject({ value: "1" });
		expect(await make("one")).toMatchObject({ value: "1" });
		expect(await make("two")).toMatchObject({ value: "2" });
		expect((await remote.seen()).count).toBe(2);
	});

	test("is not made again where nobody knows whether it was made", async () => {
		const { remote, make } = await calling("count-and-die");
		await expect(make("one")).rejects.toMatchObject({ code: expect.stringMatching(/bad_gateway|tool_timeout/) });
		await expect(make("one")).rejects.toMatchObject({ code: "tool_failed" });
		expect((await remote.seen()).count).toBe(1);
	});

	test("is under way while the server is changed, and ends as it began", async () => {
		const remote = await openMcpServer(control, "sessions");
		const server = await register(ada, { url: remote.url });
		const steps = await toolNamed(ada, server, "steps");
		const path = `/api/v1/mcp/servers/${server.id}`;
		const calls = Array.from({ length: 10 }, async () => (await call(ada, steps.id, {})).result);
		await expectJson(await ada.send("PATCH", path, { description: "Changed." }), 200);
		await expectJson(await ada.post(`${path}/refresh`, undefined), 200);
		expect(await Promise.all(calls)).toEqual(calls.map(() => "stepped"));
	});

	test("is refused to viewers", async () => {
		const remote = await openMcpServer(control, "modern");
		const server = await register(ada, { url: remote.url, shared: true });
		const viewer = asCaller("usr_viewer", "viewer");
		await expectProblem(await execute(viewer, (await toolNamed(ada, server, "count")).id, {}), 403, "forbidden");
		expect(await call(viewer, (await toolNamed(ada, server, "echo")).id, { text: "hi" })).toMatchObject({
			result: "hi",
		});
	});
});

test("parameters that do not fit a tool's schema never leave", async () => {
	const remote = await openMcpServer(control, "modern");
	const server = await register(ada, { url: remote.url });
	const echo = await toolNamed(ada, server, "echo");
	await expectProblem(await execute(ada, echo.id, { text: 3 }), 422, "invalid_input");
	expect((await remote.seen()).events).toEqual([]);
});
