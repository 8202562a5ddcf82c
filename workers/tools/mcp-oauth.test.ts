import { env, exports } from "cloudflare:workers";
import { afterEach, describe, expect, inject, test, vi } from "vitest";
import type { McpAuthorization } from "#tools/mcp/oauth/schema";
import type { McpServer } from "#tools/mcp/schema";
import { anonymous, asCaller, type TestCaller } from "../../test/support/as-caller.ts";
import { openMcpServer, type RemoteServer } from "../../test/support/mcp-server-control.ts";
import { call, expectJson, expectProblem, register, serverOf, toolNamed } from "./testing.ts";

const ada = asCaller("usr_ada");
const bob = asCaller("usr_bob");
const control = inject("mcpServers");
const registered = { clientId: "registered", clientSecret: "secret-of-the-registered-client" };

afterEach(() => vi.useRealTimers());

function pathOf({ id }: Pick<McpServer, "id">): string {
	return `/api/v1/mcp/servers/${id}/authorization`;
}

async function begin(caller: TestCaller, server: McpServer): Promise<McpAuthorization> {
	return await expectJson(await caller.post(pathOf(server), undefined), 200);
}

/** Opens the address, as somebody at the authorization server; where the browser is sent to. */
async function browse({ authorizationUrl }: McpAuthorization, login: string): Promise<URL> {
	const response = await fetch(`${authorizationUrl}&login=${login}`, { redirect: "manual" });
	expect(response.status, await response.text()).toBe(302);
	return new URL(response.headers.get("location") ?? "");
}

async function answerOf(begun: McpAuthorization, login: string): Promise<Record<string, string>> {
	return Object.fromEntries((await browse(begun, login)).searchParams);
}

async function complete(caller: TestCaller, server: McpServer, answer: object): Promise<Response> {
	return await caller.post(`${pathOf(server)}/complete`, answer);
}

async function authorize(caller: TestCaller, server: McpServer, login: string): Promise<McpServer> {
	return await expectJson(await complete(caller, server, await answerOf(await begin(caller, server), login)), 200);
}

/** A server that its owner is authorised at. */
async function opened(fields: object = {}): Promise<{ remote: RemoteServer; server: McpServer }> {
	const remote = await openMcpServer(control, "oauth");
	const server = await register(ada, { url: remote.url, ...fields });
	return { remote, server: await authorize(ada, server, "ada") };
}

async function eventsAt(remote: RemoteServer, beginning: string): Promise<string[]> {
	return (await remote.seen()).events.filter((event) => event.startsWith(beginning));
}

describe("a server that wants OAuth", () => {
	test("is authorised by its owner, and then found and called", async () => {
		const remote = await openMcpServer(control, "oauth");
		const server = await register(ada, { url: remote.url });
		const error = `The server wants your authorisation: POST ${pathOf(server)}.`;
		expect(server).toMatchObject({ status: "authenticating", auth: "oauth", authorized: false, error });
		expect(server.toolsDiscovered).toBe(0);

		const begun = await begin(ada, server);
		expect(Date.parse(begun.expiresAt) - Date.now()).toBeGreaterThan(590_000);
		const url = new URL(begun.authorizationUrl);
		expect(url.origin).toBe(new URL(remote.url).origin);
		expect(Object.fromEntries(url.searchParams)).toMatchObject({
			...{ response_type: "code", code_challenge_method: "S256", resource: remote.url, scope: "tools" },
			...{ redirect_uri: "http://domain/api/v1/mcp/oauth/callback", state: expect.stringMatching(/^\w{22,}$/) },
		});

		const back = await browse(begun, "ada");
		const page = await anonymous.get(back.pathname + back.search);
		expect(page.status).toBe(200);
		const text = await page.text();
		for (const value of back.searchParams.values()) expect(text).toContain(JSON.stringify(value));
		expect(await serverOf(ada, server.id)).toMatchObject({ status: "authenticating", authorized: false });
		expect(await eventsAt(remote, "token")).toEqual([]);

		const response = await complete(ada, server, Object.fromEntries(back.searchParams));
		const connected = await expectJson<McpServer>(response, 200);
		expect(connected).toMatchObject({ status: "connected", authorized: true, toolsDiscovered: 10 });
		expect(connected.error).toBeUndefined();
		const echo = await toolNamed(ada, server, "echo");
		expect(await call(ada, echo.id, { text: "hi" })).toMatchObject({ status: "success", result: "hi" });
		expect((await remote.seen()).events).toEqual([
			...["register", "token authorization_code", "called by ada", "call echo"],
		]);
	});

	test("knows each user by his own tokens, also where it is shared", async () => {
		const { remote, server } = await opened({ shared: true });
		const echo = await toolNamed(ada, server, "echo");
		const refused = await call(bob, echo.id, { text: "hi" });
		expect(refused).toMatchObject({ status: "error", result: null, error: expect.stringContaining(pathOf(server)) });
		await expectProblem(await bob.get(`/api/v1/mcp/servers/${server.id}/resources`), 403, "forbidden");
		expect(await serverOf(bob, server.id)).toMatchObject({ status: "connected", authorized: false });
		expect(await serverOf(ada, server.id)).toMatchObject({ status: "connected", authorized: true });
		expect(await authorize(bob, server, "bob")).toMatchObject({ authorized: true, toolsDiscovered: 10 });
		const calls = [ada, bob, ada, bob].map(async (caller) => (await call(caller, echo.id, { text: "hi" })).result);
		expect(await Promise.all(calls)).toEqual(["hi", "hi", "hi", "hi"]);
		expect((await eventsAt(remote, "called")).toSorted()).toEqual(
			["ada", "ada", "bob", "bob"].map((name) => `called by ${name}`),
		);
		expect((await bob.send("DELETE", pathOf(server))).status).toBe(204);
		expect(await call(bob, echo.id, { text: "hi" })).toMatchObject({ status: "error" });
		expect(await call(ada, echo.id, { text: "hi" })).toMatchObject({ status: "success" });
	});

	test("is not asked for tokens twice with a refresh token that is good once", async () => {
		const remote = await openMcpServer(control, "oauth");
		await remote.setOAuth({ expiresIn: 1 });
		const server = await register(ada, { url: remote.url, autoDiscovery: false });
		await authorize(ada, server, "ada");
		await remote.setOAuth({ expiresIn: 3_600 });
		await expectJson(await ada.post(`/api/v1/mcp/servers/${server.id}/refresh`, undefined), 200);
		const echo = await toolNamed(ada, server, "echo");
		const before = (await eventsAt(remote, "token refresh")).length;
		expect(before).toBeGreaterThan(0);
		const texts = Array.from({ length: 8 }, (_, i) => String(i));
		expect(await Promise.all(texts.map(async (text) => (await call(ada, echo.id, { text })).result))).toEqual(texts);
		expect(await eventsAt(remote, "token refresh")).toHaveLength(before);
		vi.useFakeTimers({ now: Date.now() + 3_590_000, toFake: ["Date"] });
		expect(await Promise.all(texts.map(async (text) => (await call(ada, echo.id, { text })).result))).toEqual(texts);
		expect(await eventsAt(remote, "token refresh")).toHaveLength(before + 1);
	});

	test("that takes the tokens for none any more has to be authorised again", async () => {
		const { remote, server } = await opened();
		const echo = await toolNamed(ada, server, "echo");
		await remote.setOAuth({ rejects: ["ada"] });
		const answer = await call(ada, echo.id, { text: "hi" });
		expect(answer).toMatchObject({ status: "error", error: expect.stringContaining(pathOf(server)) });
		expect(await eventsAt(remote, "token refresh")).toHaveLength(1);
		expect(await serverOf(ada, server.id)).toMatchObject({ status: "authenticating", authorized: false });
		await call(ada, echo.id, { text: "hi" });
		expect(await eventsAt(remote, "token refresh")).toHaveLength(1);
		await remote.setOAuth({ rejects: [] });
		expect(await authorize(ada, server, "ada")).toMatchObject({ status: "connected", authorized: true });
		expect(await call(ada, echo.id, { text: "hi" })).toMatchObject({ result: "hi" });
	});

	test("that has forgotten client and tokens is registered at and authorised again", async () => {
		const { remote, server } = await opened();
		const echo = await toolNamed(ada, server, "echo");
		await remote.stop();
		await remote.start();
		await remote.setOAuth({ rejects: ["ada"] });
		expect(await call(ada, echo.id, { text: "hi" })).toMatchObject({ error: expect.stringContaining(pathOf(server)) });
		await remote.setOAuth({ rejects: [] });
		expect(await authorize(ada, server, "ada")).toMatchObject({ status: "connected" });
		expect(await eventsAt(remote, "register")).toHaveLength(2);
	});

	test("whose authorization server is down for now keeps its tokens", async () => {
		const { remote, server } = await opened();
		const echo = await toolNamed(ada, server, "echo");
		await remote.setOAuth({ tokenStatus: 503 });
		vi.useFakeTimers({ now: Date.now() + 3_590_000, toFake: ["Date"] });
		expect(await call(ada, echo.id, { text: "hi" })).toMatchObject({ error: expect.stringContaining("for now") });
		expect(await serverOf(ada, server.id)).toMatchObject({ authorized: true });
	});

	test("that wants more rights for a call is asked for them beside those that there are", async () => {
		const { remote, server } = await opened();
		const echo = await toolNamed(ada, server, "echo");
		await remote.setOAuth({ callScope: "admin" });
		expect(await call(ada, echo.id, { text: "hi" })).toMatchObject({ error: expect.stringContaining(pathOf(server)) });
		const begun = await begin(ada, server);
		expect(new URL(begun.authorizationUrl).searchParams.get("scope")).toBe("tools admin");
		await expectJson(await complete(ada, server, await answerOf(begun, "ada")), 200);
		expect(await call(ada, echo.id, { text: "hi" })).toMatchObject({ result: "hi" });
	});

	test("that registers nobody knows the client that its owner gives", async () => {
		const remote = await openMcpServer(control, "oauth");
		await remote.setOAuth({ isClosed: true });
		const server = await register(ada, { url: remote.url });
		const problem = await expectProblem(await ada.post(pathOf(server), undefined), 502, "bad_gateway");
		expect(problem.detail).toContain("oauth.clientId");
		const path = `/api/v1/mcp/servers/${server.id}`;
		await expectJson(await ada.send("PATCH", path, { oauth: { ...registered, scope: "more" } }), 200);
		const begun = await begin(ada, server);
		const asked = new URL(begun.authorizationUrl).searchParams;
		expect([asked.get("client_id"), asked.get("scope")]).toEqual(["registered", "more"]);
		const done = await complete(ada, server, await answerOf(begun, "ada"));
		expect(await expectJson(done, 200)).toMatchObject({ status: "connected" });
		expect(await eventsAt(remote, "register")).toEqual([]);
	});

	test("that reads descriptions of clients is shown ours, where that is at an https address", async () => {
		const remote = await openMcpServer(control, "oauth");
		await remote.setOAuth({ readsDocuments: true });
		const server = await register(ada, { url: remote.url });
		const send = async (path: string, method = "GET") =>
			await exports.default.fetch(`https://agents.example${path}`, {
				method,
				headers: { "x-user-id": "usr_ada", "x-user-role": "user", "x-request-id": "req_test" },
			});
		const begun = await expectJson<McpAuthorization>(await send(pathOf(server), "POST"), 200);
		const asked = new URL(begun.authorizationUrl).searchParams;
		const id = "https://agents.example/api/v1/mcp/oauth/client";
		expect(asked.get("client_id")).toBe(id);
		expect(await expectJson(await send(new URL(id).pathname), 200)).toMatchObject({
			...{ client_id: id, redirect_uris: [asked.get("redirect_uri")], token_endpoint_auth_method: "none" },
		});
		const done = await complete(ada, server, await answerOf(begun, "ada"));
		expect(await expectJson(done, 200)).toMatchObject({ status: "connected" });
		expect(await eventsAt(remote, "register")).toEqual([]);
	});

	test("is told when an authorisation is taken back", async () => {
		const { remote, server } = await opened();
		expect((await ada.send("DELETE", pathOf(server))).status).toBe(204);
		expect(await serverOf(ada, server.id)).toMatchObject({ status: "authenticating", authorized: false });
		await expect.poll(() => eventsAt(remote, "revoke")).toEqual(["revoke"]);
		expect((await ada.send("DELETE", pathOf(server))).status).toBe(204);
		const { results } = await env.DB.prepare("SELECT * FROM mcp_grants WHERE server_id = ?").bind(server.id).all();
		expect(results).toEqual([]);
	});

	test("takes other users' authorisations with it when it is shared no more, and all when it moves or goes", async () => {
		const { remote, server } = await opened({ shared: true });
		await authorize(bob, server, "bob");
		const other = await openMcpServer(control, "oauth");
		const path = `/api/v1/mcp/servers/${server.id}`;
		const granted = async () => {
			const rows = await env.DB.prepare("SELECT user_id FROM mcp_grants WHERE server_id = ? ORDER BY user_id")
				.bind(server.id)
				.all();
			return rows.results.map(({ user_id }) => user_id);
		};
		expect(await granted()).toEqual(["usr_ada", "usr_bob"]);
		await expectJson(await ada.send("PATCH", path, { shared: false }), 200);
		expect(await granted()).toEqual(["usr_ada"]);
		await expect.poll(() => eventsAt(remote, "revoke")).toEqual(["revoke"]);
		const moved = await expectJson<McpServer>(await ada.send("PATCH", path, { url: other.url }), 200);
		expect(moved).toMatchObject({ status: "authenticating", authorized: false });
		expect(await granted()).toEqual([]);
		for (const { headers } of (await other.seen()).requests) expect(headers.authorization).toBeUndefined();
		await authorize(ada, server, "ada");
		expect(await granted()).toEqual(["usr_ada"]);
		expect((await ada.send("DELETE", path)).status).toBe(204);
		expect(await granted()).toEqual([]);
	});

	test("becomes one with a key when its owner gives one, and back", async () => {
		const { server } = await opened();
		const path = `/api/v1/mcp/servers/${server.id}`;
		const keyed = await expectJson(await ada.send("PATCH", path, { apiKey: "sk-wrong" }), 200);
		expect(keyed).toMatchObject({ auth: "key", status: "error", authorized: false, hasApiKey: true });
		await expectProblem(await ada.post(pathOf(server), undefined), 409, "conflict");
		const back = await expectJson(await ada.send("PATCH", path, { auth: "oauth" }), 200);
		expect(back).toMatchObject({ auth: "oauth", status: "authenticating", hasApiKey: false });
		const both = { auth: "oauth", apiKey: "sk-key" };
		await expectProblem(await ada.send("PATCH", path, both), 422, "invalid_input");
		expect(await authorize(ada, server, "ada")).toMatchObject({ status: "connected" });
	});
});

describe("an attacker", () => {
	async function begunByAda() {
		const remote = await openMcpServer(control, "oauth");
		const server = await register(ada, { url: remote.url, shared: true });
		return { remote, server, begun: await begin(ada, server) };
	}

	test("completes nothing that another began, nor with a state that nobody was given", async () => {
		const { remote, server, begun } = await begunByAda();
		const answer = await answerOf(begun, "mallory");
		await expectProblem(await complete(bob, server, answer), 404, "not_found");
		await begin(bob, server);
		await expectProblem(await complete(bob, server, answer), 404, "not_found");
		await expectProblem(await complete(ada, server, { ...answer, state: "guessed" }), 404, "not_found");
		await expectProblem(await complete(asCaller("usr_eve"), { ...server, id: "mcp_none" }, answer), 404, "not_found");
		expect(await eventsAt(remote, "token")).toEqual([]);
		await expectJson(await complete(ada, server, answer), 200);
	});

	test("completes nothing twice", async () => {
		const { remote, server, begun } = await begunByAda();
		const answer = await answerOf(begun, "ada");
		const both = await Promise.all([complete(ada, server, answer), complete(ada, server, answer)]);
		expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 404]);
		await expectProblem(await complete(ada, server, answer), 404, "not_found");
		expect(await eventsAt(remote, "token")).toEqual(["token authorization_code"]);
	});

	test("completes nothing with a code that is not of this authorisation", async () => {
		const { server, begun } = await begunByAda();
		const mine = await answerOf(await begin(bob, server), "mallory");
		const answer = await answerOf(begun, "ada");
		const injected = await complete(ada, server, { ...answer, code: mine.code });
		const problem = await expectProblem(injected, 422, "invalid_input");
		expect(problem.errors).toMatchObject([{ pointer: "/code" }]);
		expect(JSON.stringify(problem)).not.toContain("<b>");
		expect(await serverOf(ada, server.id)).toMatchObject({ authorized: false });
	});

	test("completes nothing that has become too old", async () => {
		const { remote, server, begun } = await begunByAda();
		const answer = await answerOf(begun, "ada");
		vi.useFakeTimers({ now: Date.now() + 601_000, toFake: ["Date"] });
		await expectProblem(await complete(ada, server, answer), 409, "conflict");
		await expectProblem(await complete(ada, server, answer), 404, "not_found");
		expect(await eventsAt(remote, "token")).toEqual([]);
	});

	test.each([["https://other.example"], [null]])(
		"passes no answer of %s for that of the server that was asked",
		async (iss) => {
			const { remote, server, begun } = await begunByAda();
			await remote.setOAuth({ iss });
			const problem = await expectProblem(
				await complete(ada, server, await answerOf(begun, "ada")),
				422,
				"invalid_input",
			);
			expect(problem.errors).toMatchObject([{ pointer: "/iss" }]);
			expect(JSON.stringify(problem)).not.toContain("other.example");
			expect(await eventsAt(remote, "token")).toEqual([]);
		},
	);

	const inside = "http://169.254.169.254/latest/meta-data/";
	test.each([
		["challenge", { challenge: inside }],
		["authorization server", { resourceMetadata: { authorization_servers: [inside] } }],
		["authorization endpoint", { serverMetadata: { authorization_endpoint: inside } }],
		["token endpoint", { serverMetadata: { token_endpoint: inside } }],
		["registration endpoint", { serverMetadata: { registration_endpoint: inside } }],
		["address with credentials", { serverMetadata: { authorization_endpoint: "http://a:b@127.0.0.1/authorize" } }],
		["address without https", { serverMetadata: { token_endpoint: "http://93.184.215.14/token" } }],
	])("leads us nowhere by the %s", async (_, settings) => {
		const remote = await openMcpServer(control, "oauth");
		await remote.setOAuth(settings);
		const server = await register(ada, { url: remote.url });
		await expectProblem(await ada.post(pathOf(server), undefined), 422, "address_not_allowed");
		expect(await serverOf(ada, server.id)).toMatchObject({ status: "authenticating", authorized: false });
	});

	test.each([
		["another resource", { resourceMetadata: { resource: "https://other.example/mcp" } }, "another resource"],
		["another issuer", { serverMetadata: { issuer: "https://other.example" } }, "another one"],
		["no PKCE", { serverMetadata: { code_challenge_methods_supported: ["plain"] } }, "PKCE"],
		["a script", { serverMetadata: { authorization_endpoint: "javascript:alert(1)" } }, "as it should"],
		["nonsense", { serverMetadata: { token_endpoint: 3 } }, "as it should"],
	])("describes %s to no end", async (_, settings, reason) => {
		const remote = await openMcpServer(control, "oauth");
		await remote.setOAuth(settings);
		const server = await register(ada, { url: remote.url });
		const problem = await expectProblem(await ada.post(pathOf(server), undefined), 502, "bad_gateway");
		expect(problem.detail).toContain(reason);
		expect(problem.detail).not.toContain("other.example");
	});

	test("describes more than fits to no end", async () => {
		const remote = await openMcpServer(control, "oauth");
		await remote.setOAuth({ serverMetadata: { more: "x".repeat(300_000) } });
		const server = await register(ada, { url: remote.url });
		await expectProblem(await ada.post(pathOf(server), undefined), 422, "limit_exceeded");
	});

	test("finds no secret where anybody can read", async () => {
		const written: unknown[] = [];
		for (const method of ["log", "warn", "error", "info"] as const) {
			vi.spyOn(console, method).mockImplementation((...said) => void written.push(said));
		}
		const remote = await openMcpServer(control, "oauth");
		await remote.setOAuth({ isClosed: true });
		const server = await register(ada, { url: remote.url, oauth: registered });
		const begun = await begin(ada, server);
		const answer = await answerOf(begun, "ada");
		const done = await (await complete(ada, server, answer)).text();
		const echo = await toolNamed(ada, server, "echo");
		const called = JSON.stringify(await call(ada, echo.id, { text: "hi" }));
		await remote.setOAuth({ rejects: ["ada"] });
		const refused = JSON.stringify(await call(ada, echo.id, { text: "hi" }));
		vi.restoreAllMocks();
		const sent = (await remote.seen()).requests.map(({ headers }) => String(headers.authorization));
		const tokens = [...new Set(sent.filter((header) => header.startsWith("Bearer")))].map((header) => header.slice(7));
		expect(tokens.length).toBeGreaterThan(1);
		const shown = [
			...[done, called, refused, JSON.stringify(written)],
			await (await ada.get("/api/v1/mcp/servers")).text(),
			await (await ada.get("/api/v1/tools?type=mcp")).text(),
			JSON.stringify((await env.DB.prepare("SELECT * FROM mcp_servers").all()).results),
			JSON.stringify((await env.DB.prepare("SELECT * FROM mcp_grants").all()).results),
		];
		for (const secret of [...tokens, registered.clientSecret, "refresh-", answer.code!, answer.state!]) {
			for (const text of shown) expect(text).not.toContain(secret);
		}
	});

	test("opens nothing with a grant that was moved", async () => {
		const { remote, server } = await opened({ shared: true });
		await env.DB.prepare("UPDATE mcp_grants SET user_id = 'usr_thief' WHERE server_id = ?").bind(server.id).run();
		const echo = await toolNamed(ada, server, "echo");
		const thief = asCaller("usr_thief");
		expect(await call(thief, echo.id, { text: "hi" })).toMatchObject({ status: "error", result: null });
		expect(await eventsAt(remote, "called")).toEqual([]);
	});
});

test("the page that browsers come back to shows what is a code, and runs nothing", async () => {
	const path = "/api/v1/mcp/oauth/callback";
	const page = async (query: string) => await (await anonymous.get(`${path}?${query}`)).text();
	const { headers } = await anonymous.get(path);
	expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
	expect(headers.get("content-security-policy")).toContain("default-src 'none'");
	expect(headers.get("x-content-type-options")).toBe("nosniff");
	expect(headers.get("referrer-policy")).toBe("no-referrer");
	expect(await page("code=a%3Cscript%3Eb&state=s")).toContain("a&lt;script&gt;b");
	expect(await page("code=Call+this+number&state=s")).toContain("Nothing was received");
	expect(await page("code=a")).toContain("Nothing was received");
	expect(await page("error=access_denied&error_description=Call+me")).toMatch(/Access was not given(?!.*Call me)/s);
	expect(await page("error=constructor&state=s")).toContain("refused");
});
