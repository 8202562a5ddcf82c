import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalUrl } from "#gateway/canonical-path";
import { accountAccessPath } from "#http/account-access";
import { closeSocketsPath } from "#http/close-sockets";
import { routeOf } from "./routes.ts";
import { bearer, newUser, post, send, signIn } from "./testing.ts";

const spellings = [
	closeSocketsPath,
	`/${closeSocketsPath}`,
	`${closeSocketsPath}/`,
	`${closeSocketsPath}?path=x`,
	`http://agents${closeSocketsPath}`,
	"/INTERNAL/close-sockets",
	"/%69nternal/close-sockets",
	"/internal%2fclose-sockets",
	"/./internal/close-sockets",
	"\\internal\\close-sockets",
	"/internal;x/close-sockets",
	"/api/internal/close-sockets",
	"/api/agents/internal/close-sockets",
	"/api/agents/v1/../../../internal/close-sockets",
	"/api/agents/v1/..%2f..%2finternal/close-sockets",
	"/api/agents/v1/%2e%2e/%2e%2e/%2e%2e/internal/close-sockets",
	"/api/v1/agents/../../../internal/close-sockets",
	"/api/v1/agents/..%5c..%5c..%5cinternal/close-sockets",
	"/api/v1/internal/close-sockets",
	"/v1/models/../../internal/close-sockets",
	"/v1/models/..%2f..%2finternal%2fclose-sockets",
	"/docs/../internal/close-sockets",
	accountAccessPath,
	"/api/workflow-engine/internal/account-access",
	"/api/v1/workflows/../../../internal/account-access",
];

describe("safety: the doors between the Workers are not open to clients", () => {
	test.each(spellings)("%s is nothing", async (spelling) => {
		const user = await newUser("admin");
		const headers = bearer(await signIn(user));
		const path = `/api/v1/agents/sessions/${crypto.randomUUID()}/stream`;
		const socket = await send(path, { headers: { upgrade: "websocket", ...headers } });
		const { sessions } = await (await send("/api/auth/sessions", { headers })).json<{ sessions: { id: string }[] }>();
		const response = await post(spelling, { path, credentialId: sessions[0]?.id }, headers);
		expect(response.status).toBe(404);
		expect(await (await send(path, { headers })).json()).toBe(1);
		socket.webSocket?.accept();
		socket.webSocket?.close();
	});

	test("nothing is routed to a domain but to its public paths", () => {
		const segments = [
			"internal",
			"close-sockets",
			"api",
			"v1",
			"agents",
			"..",
			".",
			"%2e%2e",
			"",
			"models",
			"%69nternal",
			"mcp",
			".well-known",
		];
		const paths = fc.array(fc.constantFrom(...segments), { maxLength: 8 }).map((parts) => `/${parts.join("/")}`);
		fc.assert(
			fc.property(paths, (path) => {
				const canonical = canonicalUrl(`http://gateway.test${path}`);
				const route = canonical && routeOf(canonical.path);
				if (!route) return;
				expect(route.path).toMatch(/^\/(?:api|v1|docs|mcp|\.well-known)(?:\/|$)|^\/$/);
				expect(new URL(route.path, "http://domain").pathname).toBe(route.path);
			}),
			{ numRuns: 2_000 },
		);
	});
});

describe("what nobody signs in for", () => {
	test.each([
		"/api/v1/mcp/oauth/callback",
		"/api/v1/mcp/oauth/client",
		"/api/v1/workflows/hooks/trg_1",
		"/api/workflow-engine/v1/workflows/hooks/trg_1",
	])("%s", (path) => {
		expect(routeOf(path)?.access).toBe("anonymous");
	});

	test.each([
		"/api/v1/mcp/oauth/callback/more",
		"/api/v1/mcp/oauth",
		"/api/v1/workflows/hooks",
		"/api/v1/workflows/hooks/",
		"/api/v1/workflows/hooks/trg_1/more",
		"/api/v1/workflows/hooks2/trg_1",
		"/api/v1/tools/hooks/trg_1",
		"/api/v1/workflows/x/hooks/trg_1",
	])("but %s", (path) => {
		expect(routeOf(path)?.access).toBe("identified");
	});

	test("a webhook comes through without a credential, with its signature and without an identity", async () => {
		const headers = { "webhook-id": "m", "webhook-timestamp": "1", "webhook-signature": "v1,x", "x-user-id": "usr_me" };
		const response = await post("/api/v1/workflows/hooks/trg_1", { n: 1 }, headers);
		const reached = await response.json<{ service: string; headers: Record<string, string>; body: string }>();
		expect(reached).toMatchObject({
			service: "workflow-engine",
			body: '{"n":1}',
			headers: { "webhook-id": "m", "webhook-timestamp": "1", "webhook-signature": "v1,x" },
		});
		expect(reached.headers).not.toHaveProperty("x-user-id");
	});
});
