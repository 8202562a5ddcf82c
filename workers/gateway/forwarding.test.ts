import { describe, expect, test, vi } from "vitest";
import { bearer, newUser, send, signIn } from "./testing.ts";

interface Echo {
	service: string;
	method: string;
	url: string;
	headers: Record<string, string>;
	bytes: number;
	body: string;
}

const token = signIn(await newUser());

async function sendSigned(path: string, init: RequestInit = {}, vars = {}): Promise<Response> {
	const headers = new Headers(init.headers);
	headers.set("authorization", `Bearer ${await token}`);
	return await send(path, { ...init, headers }, vars);
}

async function echo(path: string, init: RequestInit = {}): Promise<Echo> {
	return await (await sendSigned(path, init)).json<Echo>();
}

describe("routing", () => {
	test.each([
		["/api/v1/agents/x?y=%20", "agents", "/api/v1/agents/x?y=%20"],
		["/api/v1/providers", "agents", "/api/v1/providers"],
		["/api/agents/v1/agents/x/execute", "agents", "/api/v1/agents/x/execute"],
		["/api/v1/orchestration/stream/x", "orchestrator", "/api/v1/orchestration/stream/x"],
		["/api/orchestrator/v1/orchestration", "orchestrator", "/api/v1/orchestration"],
		["/api/v1/documents", "rag", "/api/v1/documents"],
		["/api/v1/tools", "tools", "/api/v1/tools"],
		["/api/v1/mcp/servers", "tools", "/api/v1/mcp/servers"],
		["/api/v1/queries", "sqltool", "/api/v1/queries"],
		["/api/workflow-engine/v1/workflows", "workflow-engine", "/api/v1/workflows"],
		["/api/v1/traces/x", "observability", "/api/v1/traces/x"],
		["/v1/models", "agents", "/v1/models"],
		["/v1/models/a", "agents", "/v1/models/a"],
		["/v1/chat/completions", "agents", "/v1/chat/completions"],
		["/v1/responses", "agents", "/v1/responses"],
	])("%s goes to %s as %s", async (path, service, target) => {
		expect(await echo(path)).toMatchObject({ service, url: `http://gateway.test${target}` });
	});

	test.each([
		"/api/v1/nothing",
		"/api/v1/constructor",
		"/api/v1/__proto__",
		"/api/agents/v2/x",
		"/api/nobody/v1/x",
		"/api/agents/health",
		"/agents",
		"/api",
		"/v1/embeddings",
		"/docs/../openapi.json/x",
	])("%s is nothing", async (path) => {
		const response = await sendSigned(path);
		expect([response.status, response.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
	});

	test("path tricks: the same decision as the canonical path, for anyone", async () => {
		expect(await echo("/api/v1/%61gents/%7Ex")).toMatchObject({ url: "http://gateway.test/api/v1/agents/~x" });
		expect((await send("/api/v1/%61gents")).status).toBe(401);
		for (const path of [
			"//api/v1/agents",
			"/api//v1/agents",
			"/api/v1/agents%2f..%2fusers",
			"/api/v1/agents/%5c",
			"/API/v1/agents",
			"/api/v1/Agents",
		]) {
			expect((await sendSigned(path)).status).toBe(404);
		}
	});
});

describe("safety: identity headers sent by the client never reach a domain", () => {
	test.each([
		"X-User-ID",
		"x-user-role",
		"X_User_Role",
		"x-user_id",
		"X-User",
		"X-User-Anything",
		"X-Role",
		"X-Credential-ID",
		"x_credential_id",
		"X-Client-Address",
		"X-Forwarded-For",
		"X-Forwarded-User",
		"Forwarded",
		"X-Real-IP",
		"Cookie",
		"X-API-Key-Not-Quite_dropped",
	])("%s", async (name) => {
		const { headers } = await echo("/api/v1/agents", { headers: { [name]: "canary" } });
		const kept = Object.entries(headers).filter(([, value]) => value.includes("canary"));
		expect(kept.length).toBe(name.startsWith("X-API-Key-Not") ? 1 : 0);
		expect(headers["x-user-role"]).toBe("user");
		expect(headers).not.toHaveProperty("authorization");
	});

	test("hop-by-hop headers and those named in Connection stay here, ours stay set", async () => {
		const { headers } = await echo("/api/v1/agents", {
			headers: {
				connection: "close, X-Mine, x-user-id",
				"x-mine": "1",
				te: "trailers",
				"x-kept": "1",
				"idempotency-key": "k",
			},
		});
		expect(headers).toMatchObject({
			"x-kept": "1",
			"idempotency-key": "k",
			"x-user-id": expect.stringMatching(/^usr_/),
		});
		for (const name of ["x-mine", "te", "connection"]) expect(headers).not.toHaveProperty(name);
	});

	test("trace context: the client's is continued, its x-trace-id is not", async () => {
		const traceId = "0af7651916cd43dd8448eb211c80319c";
		const traced = await sendSigned("/api/v1/agents", {
			headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01`, "x-trace-id": "mine", "x-request-id": "mine" },
		});
		const { headers } = await traced.json<Echo>();
		expect(headers["traceparent"]).toMatch(new RegExp(`^00-${traceId}-(?!b7ad6b7169203331)`));
		expect([headers["x-trace-id"], traced.headers.get("x-trace-id")]).toEqual([traceId, traceId]);
		expect(headers["x-request-id"]).toMatch(/^req_/);
		expect(traced.headers.get("x-request-id")).toBe(headers["x-request-id"]);
		const untraced = await echo("/api/v1/agents", { headers: { traceparent: "00-zz" } });
		expect(untraced.headers["x-trace-id"]).toMatch(/^[0-9a-f]{32}$/);
	});
});

describe("safety: body limits", () => {
	const limit = 10 * 1024 * 1024;
	const upload = (body: BodyInit, headers: HeadersInit = {}) =>
		sendSigned("/api/v1/documents", { method: "POST", body, headers });

	function stream(bytes: number): ReadableStream<Uint8Array> {
		const chunk = new Uint8Array(64 * 1024);
		let left = bytes;
		return new ReadableStream({
			pull(controller) {
				if (left <= 0) return controller.close();
				controller.enqueue(chunk.subarray(0, Math.min(left, chunk.length)));
				left -= chunk.length;
			},
		});
	}

	async function gzipped(bytes: number): Promise<ArrayBuffer> {
		return await new Response(stream(bytes).pipeThrough(new CompressionStream("gzip"))).arrayBuffer();
	}

	test("exactly the limit passes", async () => {
		expect(await (await upload(new Uint8Array(limit))).json()).toMatchObject({ bytes: limit });
		expect(await (await upload(stream(limit))).json()).toMatchObject({ bytes: limit });
	});

	test("one byte over, declared or chunked: 413", async () => {
		for (const body of [new Uint8Array(limit + 1), stream(limit + 1)]) expect((await upload(body)).status).toBe(413);
	});

	test("declared over: 413 without reading", async () => {
		const body = new ReadableStream({ pull: () => new Promise(() => {}) });
		expect((await upload(body, { "content-length": String(limit + 1) })).status).toBe(413);
	});

	test("gzip: forwarded plain under the limit, 413 over it, 400 if it is none", async () => {
		const small = await upload(await gzipped(5_000), { "content-encoding": "gzip" });
		const { bytes, headers } = await small.json<Echo>();
		expect(bytes).toBe(5_000);
		expect(headers).not.toHaveProperty("content-encoding");
		const bomb = await gzipped(1_000_000_000 / 4);
		expect(bomb.byteLength).toBeLessThan(limit);
		expect((await upload(bomb, { "content-encoding": "gzip" })).status).toBe(413);
		expect((await upload("not gzip", { "content-encoding": "gzip" })).status).toBe(400);
	});

	test.each(["br", "gzip, gzip", "x"])("encoding %s: 415", async (encoding) => {
		expect((await upload("x", { "content-encoding": encoding })).status).toBe(415);
	});
});

describe("domains that fail", () => {
	test("a hang: 504 in time; a throw: 502, and nothing of it is told", async () => {
		const said = vi.spyOn(console, "error").mockReturnValue();
		const started = Date.now();
		const hung = await sendSigned("/api/v1/agents/hang", {}, { GATEWAY_TIMEOUT_MS: "300" });
		expect([hung.status, (await hung.json<{ code: string }>()).code]).toEqual([504, "gateway_timeout"]);
		expect(Date.now() - started).toBeLessThan(1_300);
		const thrown = await sendSigned("/api/v1/agents/throw");
		expect(thrown.status).toBe(502);
		expect(await thrown.text()).not.toMatch(/secret|srv/);
		said.mockRestore();
	});

	test("server-sent events arrive as they are sent", async () => {
		const response = await sendSigned("/api/v1/agents/sse", {}, { GATEWAY_TIMEOUT_MS: "500" });
		const reader = response.body?.getReader();
		const started = Date.now();
		const first = await reader?.read();
		expect(new TextDecoder().decode(first?.value)).toBe("id: 1\ndata: first\n\n");
		expect(Date.now() - started).toBeLessThan(1_000);
		const second = await reader?.read();
		expect(new TextDecoder().decode(second?.value)).toBe("id: 2\ndata: second\n\n");
	});
});

describe("browsers", () => {
	const vars = { ALLOWED_ORIGINS: "https://app.test, https://other.test/" };
	const preflight = (origin: string) =>
		send("/api/v1/agents", { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } }, vars);

	test("an allowed origin may call, with credentials; no other may", async () => {
		const allowed = await preflight("https://app.test");
		expect(allowed.status).toBe(204);
		expect(Object.fromEntries(allowed.headers)).toMatchObject({
			"access-control-allow-origin": "https://app.test",
			"access-control-allow-credentials": "true",
			"access-control-allow-headers": expect.stringContaining("Authorization"),
			"access-control-allow-methods": expect.stringContaining("PATCH"),
			vary: "Origin",
		});
		for (const origin of ["https://evil.test", "null", "https://app.test.evil.test", "http://app.test"]) {
			expect((await preflight(origin)).headers.has("access-control-allow-origin")).toBe(false);
		}
		const answer = await sendSigned("/api/v1/agents", { headers: { origin: "https://other.test" } }, vars);
		expect(answer.headers.get("access-control-allow-origin")).toBe("https://other.test");
		const exposed =
			"X-Request-ID, X-Trace-ID, RateLimit, RateLimit-Policy, Retry-After, Location, X-Execution-ID, WWW-Authenticate";
		expect(answer.headers.get("access-control-expose-headers")).toBe(exposed);
		const refused = await send("/api/v1/agents", { headers: { origin: "https://app.test" } }, vars);
		expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([401, "https://app.test"]);
	});

	test("every answer carries the security headers, https also HSTS", async () => {
		for (const path of ["/api/v1/agents", "/api/health", "/nothing", "/docs"]) {
			const { headers } = await send(path);
			expect(Object.fromEntries(headers)).toMatchObject({
				"x-content-type-options": "nosniff",
				"x-frame-options": "DENY",
				"referrer-policy": "no-referrer",
				"content-security-policy": expect.stringContaining("default-src 'none'"),
				"x-request-id": expect.stringMatching(/^req_/),
				"x-trace-id": expect.stringMatching(/^[0-9a-f]{32}$/),
			});
			expect(headers.has("strict-transport-security")).toBe(false);
		}
		expect((await send("https://gateway.test/api/health")).headers.has("strict-transport-security")).toBe(true);
	});
});

test("a request with a session never meets the password hash", async () => {
	const started = performance.now();
	for (let i = 0; i < 10; i++) await send("/api/v1/agents", { headers: bearer(await token) });
	expect(performance.now() - started).toBeLessThan(1_000);
});
