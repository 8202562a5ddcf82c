import { describe, expect, inject, test } from "vitest";
import type { McpServer } from "#tools/mcp/schema";
import { asCaller } from "../../test/support/as-caller.ts";
import { openMcpServer } from "../../test/support/mcp-server-control.ts";
import { call, expectJson, expectProblem, register, serverOf, toolNamed } from "./testing.ts";

const ada = asCaller("usr_ada");
const bob = asCaller("usr_bob");
const control = inject("mcpServers");

describe.each([
	["modern", "streamable_http", "2026-07-28"],
	["sessions", "streamable_http", "2025-11-25"],
	["sse", "sse", "2025-11-25"],
	["websocket", "websocket", "2025-11-25"],
] as const)("a server over %s", (kind, transport, protocolVersion) => {
	test("is registered, and its tools are found and called", async () => {
		const remote = await openMcpServer(control, kind);
		const server = await register(ada, { url: remote.url, name: `Wonder ${kind}` });
		expect(server).toMatchObject({
			...{ status: "connected", transport, protocolVersion, toolsDiscovered: 10 },
			capabilities: ["prompts", "resources", "tools"],
			healthUrl: `http://domain/api/v1/mcp/servers/${server.id}/health`,
		});
		const echo = await toolNamed(ada, server, "echo");
		expect(echo).toMatchObject({
			...{ type: "mcp", category: "mcp", name: `wonder_${kind}__echo`, title: "Echo", description: "Says it again." },
			...{ writes: false, serverId: server.id, serverUrl: remote.url, status: "active" },
			parameters: { text: { type: "string", required: true } },
		});
		expect(await call(ada, echo.id, { text: "hello" })).toMatchObject({
			...{ status: "success", result: "hello" },
			metadata: { serverUrl: remote.url, capabilities: ["mcp"] },
		});
		const add = await toolNamed(ada, server, "addnumbers");
		expect(await call(ada, add.id, { a: 2, b: 3 })).toMatchObject({ status: "success", result: { sum: 5 } });
		const picture = await toolNamed(ada, server, "picture");
		expect((await call(ada, picture.id, {})).result).toEqual({
			content: [
				{ type: "image", data: "aGk=", mimeType: "image/png" },
				{ type: "text", text: "a picture" },
			],
		});
		const fail = await toolNamed(ada, server, "fail");
		expect(await call(ada, fail.id, {})).toMatchObject({ status: "error", result: null, error: "no luck" });
		const steps = await toolNamed(ada, server, "steps");
		expect(await call(ada, steps.id, {})).toMatchObject({
			result: "stepped",
			logs: ["1/3 step 1", "2/3 step 2", "3/3 step 3"],
		});
	});

	test("has resources, prompts and health", async () => {
		const remote = await openMcpServer(control, kind);
		const { id } = await register(ada, { url: remote.url });
		const at = `/api/v1/mcp/servers/${id}`;
		expect(await expectJson(await ada.get(`${at}/resources`), 200)).toEqual({
			resources: [{ uri: "memo://hello", name: "hello", description: "A memo.", mimeType: "text/plain" }],
			templates: [],
		});
		expect(await expectJson(await ada.post(`${at}/resources/read`, { uri: "memo://hello" }), 200)).toEqual({
			contents: [{ uri: "memo://hello", mimeType: "text/plain", text: "Hello, memo." }],
		});
		expect(await expectJson(await ada.get(`${at}/prompts`), 200)).toMatchObject({ prompts: [{ name: "greet" }] });
		const prompt = { name: "greet", arguments: { who: "Ada" } };
		expect(await expectJson(await ada.post(`${at}/prompts/get`, prompt), 200)).toMatchObject({
			messages: [{ role: "user", content: { type: "text", text: "Greet Ada." } }],
		});
		expect(await expectJson(await ada.get(`${at}/health`), 200)).toMatchObject({
			status: "healthy",
			circuit: "closed",
		});
	});

	test("may be stopped and started again", async () => {
		const remote = await openMcpServer(control, kind);
		const server = await register(ada, { url: remote.url });
		const echo = await toolNamed(ada, server, "echo");
		await remote.stop();
		expect(await call(ada, echo.id, { text: "anyone?" })).toMatchObject({ status: "error", result: null });
		expect(await serverOf(ada, server.id)).toMatchObject({ status: "error", error: expect.any(String) });
		await remote.start();
		expect(await call(ada, echo.id, { text: "again" })).toMatchObject({ status: "success", result: "again" });
		expect(await serverOf(ada, server.id)).toMatchObject({ status: "connected" });
		await remote.stop();
		await remote.start();
		// Without a failed call in between: the session that it does not know any more is replaced.
		expect(await call(ada, echo.id, { text: "third" })).toMatchObject({ status: "success", result: "third" });
	});

	test("is told of a call that nobody waits for", async () => {
		const remote = await openMcpServer(control, kind);
		const server = await register(ada, { url: remote.url });
		const slow = await toolNamed(ada, server, "slow");
		expect(await call(ada, slow.id, {}, { timeout: 300 })).toMatchObject({ status: "timeout", result: null });
		await expect.poll(async () => (await remote.seen()).events).toEqual(["call slow", "cancelled slow"]);
	});
});

test.each(["modern", "sessions"] as const)("what a server over %s asks meanwhile is declined", async (kind) => {
	const remote = await openMcpServer(control, kind);
	const server = await register(ada, { url: remote.url });
	const ask = await toolNamed(ada, server, "ask");
	expect(await call(ada, ask.id, {})).toMatchObject({ status: "success", result: "decline" });
});

describe("the registry", () => {
	test("keeps a server and its tools to its owner, unless they are shared", async () => {
		const remote = await openMcpServer(control, "modern");
		const server = await register(ada, { url: `${remote.url}?key=mine` });
		const echo = await toolNamed(ada, server, "echo");
		const at = `/api/v1/mcp/servers/${server.id}`;
		for (const path of [at, `${at}/health`, `${at}/resources`, `${at}/prompts`, `/api/v1/tools/${echo.id}`]) {
			await expectProblem(await bob.get(path), 404, "not_found");
		}
		await expectProblem(await bob.post(`${at}/refresh`, undefined), 404, "not_found");
		await expectProblem(await bob.send("DELETE", at), 404, "not_found");
		await expectJson(await ada.send("PATCH", at, { shared: true }), 200);
		expect(await serverOf(bob, server.id)).toMatchObject({ url: remote.url, shared: true });
		expect((await serverOf(ada, server.id)).url).toBe(`${remote.url}?key=mine`);
		const theirs = await call(bob, echo.id, { text: "hi" });
		expect(theirs).toMatchObject({ result: "hi", metadata: { serverUrl: remote.url } });
		await expectProblem(await bob.send("PATCH", at, { name: "mine" }), 403, "forbidden");
		await expectProblem(await bob.send("DELETE", at), 403, "forbidden");
	});

	test("lists servers by pages, and beside the tools", async () => {
		const owner = asCaller("usr_pages");
		const remote = await openMcpServer(control, "modern");
		const ids: string[] = [];
		for (let i = 0; i < 3; i++) ids.unshift((await register(owner, { url: remote.url })).id);
		const first = await expectJson<{ servers: McpServer[]; nextCursor: string }>(
			await owner.get("/api/v1/mcp/servers?limit=2"),
			200,
		);
		const path = `/api/v1/mcp/servers?limit=2&cursor=${first.nextCursor}`;
		const second = await expectJson<{ servers: McpServer[]; nextCursor?: string }>(await owner.get(path), 200);
		expect([...first.servers, ...second.servers].map(({ id }) => id).slice(0, 3)).toEqual(ids);
		const listed = await expectJson<{ total: number; mcpServers: object[] }>(
			await owner.get("/api/v1/tools?type=mcp&limit=1"),
			200,
		);
		expect(listed).toMatchObject({ tools: [{ type: "mcp" }] });
		expect(listed.total).toBeGreaterThanOrEqual(30);
		expect(listed.mcpServers.slice(0, 3)).toMatchObject(
			ids.map((id) => ({ id, status: "connected", toolCount: 10, capabilities: ["prompts", "resources", "tools"] })),
		);
		expect(await expectJson(await owner.get("/api/v1/tools?category=mcp&type=standard"), 200)).toMatchObject({
			total: 0,
		});
	});

	test("keeps a server that cannot be reached, and finds its tools later", async () => {
		const remote = await openMcpServer(control, "sessions");
		await remote.stop();
		const server = await register(ada, { url: remote.url });
		expect(server).toMatchObject({ status: "error", error: "The server could not be reached.", toolsDiscovered: 0 });
		await remote.start();
		const path = `/api/v1/mcp/servers/${server.id}/refresh`;
		const refreshed = await expectJson<McpServer>(await ada.post(path, undefined), 200);
		expect(refreshed).toMatchObject({ status: "connected", toolsDiscovered: 10 });
		expect(refreshed.error).toBeUndefined();
	});

	test("finds tools only when it is asked to, where that is wanted", async () => {
		const remote = await openMcpServer(control, "modern");
		const server = await register(ada, { url: remote.url, autoDiscovery: false });
		expect(server).toMatchObject({ status: "connected", toolsDiscovered: 0 });
		const path = `/api/v1/mcp/servers/${server.id}/refresh`;
		expect(await expectJson(await ada.post(path, undefined), 200)).toMatchObject({ toolsDiscovered: 10 });
	});

	test("removes a server with its tools", async () => {
		const remote = await openMcpServer(control, "modern");
		const server = await register(ada, { url: remote.url });
		const echo = await toolNamed(ada, server, "echo");
		expect((await ada.send("DELETE", `/api/v1/mcp/servers/${server.id}`)).status).toBe(204);
		await expectProblem(await ada.get(`/api/v1/mcp/servers/${server.id}`), 404, "not_found");
		await expectProblem(await ada.get(`/api/v1/tools/${echo.id}`), 404, "not_found");
	});

	test.each(["http://169.254.169.254/mcp", "ws://10.0.0.1/mcp", "http://[::1]:80/", "file:///etc/passwd", "nonsense"])(
		"refuses %s, and keeps nothing of it",
		async (url) => {
			const owner = asCaller(`usr_${crypto.randomUUID()}`);
			await expectProblem(await owner.post("/api/v1/mcp/servers", { name: "x", url }), 422, "address_not_allowed");
			const { servers } = await expectJson<{ servers: McpServer[] }>(await owner.get("/api/v1/mcp/servers"), 200);
			expect(servers.filter(({ ownerId }) => ownerId !== "usr_ada")).toEqual([]);
		},
	);
});
