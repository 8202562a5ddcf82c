import { createExecutionContext } from "cloudflare:test";
import fc from "fast-check";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { AppError } from "#core/errors";
import type { SpanRecord } from "#core/telemetry";
import { newApp } from "./app.ts";
import { PageQuery, pageRequest } from "./page-query.ts";
import { ProblemSchema } from "./problem-schema.ts";
import type { RequestScope } from "./request-scope.ts";
import { defineRoute } from "./route.ts";

const spans: SpanRecord[] = [];
const app = newApp<object, { scope: RequestScope }>({
	service: "test",
	spans: () => ({ service: "test", record: (span) => void spans.push(span) }),
	context: (_env, scope) => ({ scope }),
	probes: () => ({}),
});

const ok = { 200: { description: "OK" } };
const Note = z.object({ title: z.string().max(10), "a/b~c": z.array(z.number()).optional() });
const noteBody = { required: true, content: { "application/json": { schema: Note } } };

app.openapi(
	defineRoute({ method: "post", path: "/notes/{id}", policy: "write", request: { body: noteBody }, responses: ok }),
	(c) => c.json({ userId: c.var.context.scope.caller.userId, ...c.req.valid("json") }),
);
app.openapi(
	defineRoute({ method: "get", path: "/notes", policy: "public", request: { query: PageQuery }, responses: ok }),
	(c) => c.json(pageRequest(c.req.valid("query"))),
);
app.openapi(defineRoute({ method: "get", path: "/me", policy: "public", responses: ok }), (c) =>
	c.json(c.var.context.scope.caller),
);
app.openapi(defineRoute({ method: "get", path: "/fail/{how}", policy: "public", responses: ok }), (c) => {
	if (c.req.param("how") === "expected") throw new AppError("provider_error", "The model is away.");
	throw new Error("SELECT password FROM users");
});

const user = { "x-user-id": "usr_a", "x-user-role": "user" };

beforeEach(() => {
	spans.length = 0;
});

async function send(path: string, init: RequestInit = {}) {
	const response = await app.request(path, init, {}, createExecutionContext());
	// Answers are read as a client without our types would.
	const body: any = await response.json();
	return { status: response.status, type: response.headers.get("content-type"), body };
}

function post(body: string, headers: Record<string, string> = {}) {
	const method = "POST";
	return send("/notes/1", { method, body, headers: { ...user, "content-type": "application/json", ...headers } });
}

describe("bodies", () => {
	test("a valid one reaches the handler, stripped of what the schema does not name", async () => {
		const { status, body } = await post('{"title":"x","userId":"usr_b","__proto__":{"admin":true}}');
		expect({ status, body }).toEqual({ status: 200, body: { userId: "usr_a", title: "x" } });
	});

	test.each<[string, string, number, string]>([
		["broken JSON", '{"title":', 400, "malformed_request"],
		["no JSON at all", "", 400, "malformed_request"],
		["10,000 levels", "[".repeat(10_000) + "]".repeat(10_000), 400, "malformed_request"],
		["a field of the wrong type", '{"title":1}', 422, "invalid_input"],
		["no object", "[]", 422, "invalid_input"],
		["a number beyond all numbers", '{"title":"x","a/b~c":[1e400]}', 422, "invalid_input"],
	])("%s", async (_, text, status, code) => {
		expect(await post(text)).toMatchObject({ status, type: "application/problem+json", body: { status, code } });
	});

	test("depth is checked whatever the media type is written like", async () => {
		const deep = `{"title":"x","more":${"[".repeat(100)}${"]".repeat(100)}}`;
		for (const type of ["application/JSON", "application/json; charset=utf-8", "application/problem+json"]) {
			expect(await post(deep, { "content-type": type })).toMatchObject({ status: 400 });
		}
	});

	test("another media type, or none, is 415", async () => {
		expect(await post("title=x", { "content-type": "text/plain" })).toMatchObject({ status: 415 });
		const body = new TextEncoder().encode('{"title":"x"}');
		expect(await send("/notes/1", { method: "POST", headers: user, body })).toMatchObject({ status: 415 });
	});

	test("fields are named by JSON Pointer (RFC 6901 §3)", async () => {
		const { body } = await post('{"title":"far too long a title","a/b~c":[1,"2"]}');
		const pointers = body.errors.map(({ pointer }: { pointer: string }) => pointer);
		expect(pointers).toEqual(["/title", "/a~1b~0c/1"]);
	});

	test("any body gets an answer that is documented, never a fault of ours", async () => {
		const anyBody = fc.oneof(
			fc.json(),
			fc.string(),
			fc.json().map((json) => json.slice(1)),
		);
		await fc.assert(
			fc.asyncProperty(anyBody, async (text) => {
				const { status, body } = await post(text);
				expect(status).toBeLessThan(500);
				if (status !== 200) ProblemSchema.strict().parse(body);
			}),
		);
	});
});

describe("queries", () => {
	test("defaults and limits", async () => {
		expect((await send("/notes")).body).toEqual({ limit: 20 });
		expect((await send("/notes?limit=100")).body).toEqual({ limit: 100 });
	});

	test.each(["limit=0", "limit=101", "limit=1.5", "limit=x", "limit=1&limit=2"])("%s is 422", async (query) => {
		expect(await send(`/notes?${query}`)).toMatchObject({
			status: 422,
			body: { errors: [{ pointer: "query.limit" }] },
		});
	});

	test("an invented cursor is 422", async () => {
		expect(await send("/notes?cursor=abc")).toMatchObject({
			status: 422,
			body: { errors: [{ pointer: "query.cursor" }] },
		});
	});
});

describe("callers", () => {
	test("a policy is checked before the body is", async () => {
		const viewer = await post("not json", { "x-user-role": "viewer" });
		expect(viewer).toMatchObject({ status: 403, body: { code: "forbidden" } });
		const headers = { "content-type": "application/json" };
		expect(await send("/notes/1", { method: "POST", body: "not json", headers })).toMatchObject({ status: 401 });
	});

	test("a handler that needs the caller on a public route refuses nobody's request", async () => {
		expect(await send("/me")).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
	});

	test("the caller's calls continue the trace below this Worker's span", async () => {
		const { body } = await send("/me", { headers: user });
		expect(body.traceparent).toBe(`00-${spans[0]!.traceId}-${spans[0]!.spanId}-01`);
	});
});

describe("failures", () => {
	test("an expected one answers its code", async () => {
		expect(await send("/fail/expected")).toMatchObject({ status: 502, body: { detail: "The model is away." } });
	});

	test("an unexpected one is logged with the trace id that the client gets, and says nothing else", async () => {
		const logged = vi.spyOn(console, "error").mockReturnValue();
		const { status, body } = await send("/fail/other");
		expect(status).toBe(500);
		expect(JSON.stringify(body)).not.toMatch(/password|at .*app\.test/);
		expect(logged.mock.calls.join()).toContain(body.traceId);
		logged.mockRestore();
	});

	test("no path, no such page", async () => {
		expect(await send("/nowhere")).toMatchObject({ status: 404, body: { code: "not_found" } });
	});

	test("a method that the path does not have is 405, and Allow names those that it has", async () => {
		const response = await app.request("/notes/1", { method: "DELETE" }, {}, createExecutionContext());
		expect(response.status).toBe(405);
		expect(response.headers.get("allow")).toBe("POST");
	});
});

describe("spans", () => {
	const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

	test("one server span a request, child of the gateway's, with HTTP's attributes", async () => {
		await post('{"title":"x"}', { traceparent });
		expect(spans).toMatchObject([
			{
				traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
				parentSpanId: "00f067aa0ba902b7",
				name: "POST /notes/:id",
				kind: "server",
				userId: "usr_a",
				status: "unset",
				attributes: {
					"http.request.method": "POST",
					"http.route": "/notes/:id",
					"url.path": "/notes/1",
					"http.response.status_code": 200,
				},
			},
		]);
	});

	test("a client's mistake is not the server's error; a fault is, with its code", async () => {
		await post("not json");
		await send("/fail/expected");
		expect(spans.map(({ status, attributes }) => [status, attributes["error.type"]])).toEqual([
			["unset", undefined],
			["error", "provider_error"],
		]);
	});

	test("a path that nobody has does not become a name", async () => {
		await send("/nowhere/1");
		await send("/nowhere/2", { headers: { ...user, "idempotency-key": "not valid" } });
		expect(spans.map(({ name, attributes }) => [name, attributes["http.response.status_code"]])).toEqual([
			["GET", 404],
			["GET", 422],
		]);
	});
});

test("the OpenAPI document tells each route's policy, security and failure", async () => {
	const { body } = await send("/openapi.json");
	expect(body.paths["/notes/{id}"].post).toMatchObject({
		"x-policy": "write",
		security: [{ bearerAuth: [] }, { apiKey: [] }],
		responses: { default: { content: { "application/problem+json": {} } } },
	});
	expect(body.paths["/me"].get).toMatchObject({ "x-policy": "public", security: [] });
});
