import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { Policy } from "#http/route";
import { bearer, newUser, post, send, signIn } from "./testing.ts";

interface Operation {
	"x-policy"?: Policy;
	tags?: string[];
	requestBody?: object;
	security?: object[];
}

interface Merged {
	paths: Record<string, Record<string, Operation>>;
	components: { schemas: Record<string, unknown>; securitySchemes: Record<string, unknown> };
	servers: { url: string }[];
}

const merged = await (await send("/openapi.json")).json<Merged>();
const own = Object.entries(merged.paths).flatMap(([path, item]) =>
	Object.entries(item)
		.filter(() => !path.endsWith("-things"))
		.map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
);

describe("the merged OpenAPI document", () => {
	test("has the own endpoints, every domain's, the ways to sign in, and the server", () => {
		expect(merged.paths).toHaveProperty(["/api/auth/login", "post", "x-policy"], "public");
		for (const domain of ["agents", "rag", "workflow-engine"]) {
			expect(merged.paths).toHaveProperty([`/api/v1/${domain}-things`, "get", "tags"], [domain]);
		}
		expect(Object.keys(merged.components.securitySchemes)).toEqual(["bearerAuth", "apiKey"]);
		expect(merged.servers).toEqual([{ url: "http://gateway.test" }]);
		expect(Object.keys(merged.components.schemas)).toEqual(expect.arrayContaining(["Same", "Thing", "RagThing"]));
	});
});

describe("safety: every route × {anonymous, viewer, user, admin}", () => {
	const minimum: Record<Policy, string[]> = {
		public: ["anonymous", "viewer", "user", "admin"],
		read: ["viewer", "user", "admin"],
		run: ["viewer", "user", "admin"],
		write: ["user", "admin"],
		admin: ["admin"],
	};
	const cases = own.flatMap(({ method, path, operation }) =>
		(["anonymous", "viewer", "user", "admin"] as const).map((who) => [method, path, who, operation] as const),
	);

	test.each(cases)("%s %s as %s", async (method, path, who, { "x-policy": policy }) => {
		expect(policy).toBeDefined();
		const headers = who === "anonymous" ? {} : bearer(await signIn(await newUser(who)));
		const response = await send(path.replace("{id}", "usr_nobody"), { method, headers });
		const admitted = minimum[policy ?? "public"].includes(who);
		if (admitted) expect([401, 403]).not.toContain(response.status);
		else expect(response.status).toBe(who === "anonymous" ? 401 : 403);
		expect(response.status).toBeLessThan(500);
	});
});

describe("safety: generated bodies", () => {
	const bodies = fc.oneof(
		fc.json(),
		fc.string({ unit: "binary" }),
		fc.constantFrom(
			"{",
			'{"a":1e400}',
			'{"__proto__":{"role":"admin"}}',
			'{"a":1,"a":2}',
			'"\\ud800"',
			"[".repeat(10_000),
		),
		fc
			.record({
				email: fc.anything(),
				password: fc.anything(),
				name: fc.anything(),
				role: fc.anything(),
				scopes: fc.anything(),
			})
			.map((value) =>
				JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner)),
			),
	);

	test.each(own.filter(({ operation }) => operation.requestBody).map(({ method, path }) => [method, path] as const))(
		"%s %s: no 5xx, problem+json, nothing of the inside",
		async (method, path) => {
			const said = vi.spyOn(console, "error").mockReturnValue();
			const vars = { RATE_LIMIT_PER_MINUTE: "100000", LOGIN_LIMIT_PER_MINUTE: "100000" };
			const token = await signIn(await newUser("admin"));
			await fc.assert(
				fc.asyncProperty(bodies, async (body) => {
					// The right shape would cost a password hash, or end the session.
					if (/"password":".{8}|"token"/.test(body) || path.endsWith("logout")) return;
					const headers = { ...bearer(token), "content-type": "application/json" };
					const response = await send(path.replace("{id}", "usr_nobody"), { method, body, headers }, vars);
					const text = await response.text();
					expect(response.status, body).toBeLessThan(500);
					expect(text).not.toMatch(/at \w+ \(|SELECT|\/src\//);
					if (!response.ok) expect(response.headers.get("content-type")).toBe("application/problem+json");
				}),
				{ numRuns: 200 },
			);
			said.mockRestore();
		},
		30_000,
	);
});

describe("health", () => {
	const down = { fetch: () => Promise.reject(new Error("down")) } as never;

	test("all services with their latencies, for anyone", async () => {
		const body = await (await send("/api/health")).json<{ services: Record<string, object> }>();
		expect(body).toMatchObject({ status: "healthy", dependencies: { database: { status: "healthy" } } });
		expect(Object.keys(body.services).length).toBe(7);
		expect(body.services["sqltool"]).toEqual({
			status: "healthy",
			latencyMs: expect.any(Number),
			version: "0.1.0",
			uptime: 1,
		});
		expect(await (await send("/health")).json()).toMatchObject({ service: "gateway", status: "healthy" });
	});

	test("a service that is down degrades; without its own database the gateway is unhealthy", async () => {
		const said = vi.spyOn(console, "error").mockReturnValue();
		await scheduler.wait(1_100);
		const degraded = await send("/api/health", {}, { RAG: down } as object);
		expect(degraded.status).toBe(200);
		expect(await degraded.json()).toMatchObject({
			status: "degraded",
			services: { rag: { status: "unhealthy" }, agents: { status: "healthy" } },
		});
		await scheduler.wait(1_100);
		const prepare = () => {
			throw new Error("no database");
		};
		const unhealthy = await send("/api/health", {}, { DB: { prepare } } as object);
		expect(unhealthy.status).toBe(503);
		expect(await unhealthy.json()).toMatchObject({ status: "unhealthy" });
		said.mockRestore();
	});
});

describe("docs", () => {
	test("a page with nothing from elsewhere, under a policy that would not let it", async () => {
		const response = await send("/docs");
		expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
		expect(response.headers.get("content-security-policy")).toContain("script-src 'self'");
		expect(await response.text()).not.toMatch(/https?:\/\//);
		expect((await send("/docs/start.js")).headers.get("content-type")).toBe("text/javascript; charset=utf-8");
		expect((await send("/docs/secret")).status).toBe(404);
		expect((await send("/docs", { method: "POST" })).status).toBe(405);
	});
});

test("a path without the method: 405 with Allow", async () => {
	const headers = bearer(await signIn(await newUser("admin")));
	const response = await send("/api/v1/users", { method: "DELETE", headers });
	expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD, POST"]);
	expect((await post("/api/auth/me", {}, headers)).headers.get("allow")).toBe("GET, HEAD");
});
