/**
 * The tests that every route of a domain has to pass, generated from its OpenAPI document: who is let in by its
 * `x-policy`, that nobody reaches another's object, that forged identities are ignored and hostile bodies refused.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Policy } from "#http/route";
import { anonymous, asCaller, type TestCaller } from "./as-caller.ts";
import { hostileBody } from "./hostile-body.ts";

interface DocumentedRoute {
	/** `POST /api/v1/agents/{agentId}/execute`. */
	name: string;
	method: string;
	path: string;
	policy: Policy;
	takesBody: boolean;
}

export interface RouteMatrix {
	/** Makes objects of the owner's; their ids by the names of the path parameters. */
	objects(owner: TestCaller): Promise<Record<string, string>>;
	/** A valid body for each route that takes one, by the route's name. */
	bodies: Record<string, object>;
	/** Routes that answer a well-formed plain request of the owner with another status than 2xx. */
	answers?: Record<string, number>;
	/** Routes whose objects even an admin does not see. */
	hiddenFromAdmins?: string[];
	headers?: Record<string, string>;
}

const forged = {
	id: "forged_id",
	ownerId: "usr_forged",
	userId: "usr_forged",
	createdBy: "usr_forged",
	role: "admin",
	version: "9.9.9",
	executionId: "forged_id",
};
const anyOrNull = expect.toSatisfy((value) => value === null || typeof value === "string");
/** What only the inside knows: stack frames, SQL, files of ours. */
const inside = /\bat \S+ ?\(|\.ts:\d|node_modules|\/work\/|\b(?:SELECT|INSERT|UPDATE) |SQLITE|D1_ERROR|drizzle/;

export async function testRoutes({ objects, bodies, answers = {}, hiddenFromAdmins = [], headers }: RouteMatrix) {
	const routes = await documentedRoutes();
	const owner = asCaller("usr_owner");
	let unchanged: Promise<Record<string, string>> | undefined;
	/** Reading leaves the objects as they are, so one set of them serves all that reads. */
	const objectsFor = async (method: string) =>
		await (method === "GET" ? (unchanged ??= objects(owner)) : objects(owner));

	test("every route says who may call it, and these tests know a body for each that takes one", () => {
		expect(routes.filter(({ policy }) => !["public", "read", "run", "write", "admin"].includes(policy))).toEqual([]);
		const takesBody = routes.filter((route) => route.takesBody).map(({ name }) => name);
		expect(Object.keys(bodies).toSorted()).toEqual(takesBody.toSorted());
	});

	describe.each(routes)("$name", ({ name, method, path, policy }) => {
		const isObject = path.includes("{");
		const expectProblem = path.startsWith("/v1/") ? expectOpenAiError : expectProblemJson;

		async function call(caller: TestCaller, ids?: Record<string, string>): Promise<Response> {
			const at = filled(path, ids ?? (isObject ? await objectsFor(method) : {}));
			return await caller.send(method, at, bodies[name], headers);
		}

		test("an anonymous caller has to sign in", async () => {
			const response = await call(anonymous);
			if (answers[name] && policy === "public") return expect(response.status).toBe(answers[name]);
			if (policy === "public") return expect(response.status).toBeLessThan(400);
			await expectProblem(response, 401);
			expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
		});

		test("a viewer may not change anything, and reads only his own", async () => {
			const response = await call(asCaller("usr_viewer", "viewer"));
			if (policy === "write" || policy === "admin") return await expectProblem(response, 403);
			if (isObject) return await expectProblem(response, 404);
			expect(response.status).toBeLessThan(400);
		});

		test("another user's object does not exist", async () => {
			const response = await call(asCaller("usr_stranger"));
			if (policy === "admin") return await expectProblem(response, 403);
			if (isObject) return await expectProblem(response, 404);
			if (answers[name]) return expect(response.status).toBe(answers[name]);
			expect(response.status).toBeLessThan(400);
		});

		test("an object that does not exist is not found", async () => {
			if (!isObject) return;
			const ids = Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map(([, param]) => [param!, "nothing"]));
			await expectProblem(await call(policy === "admin" ? asCaller("usr_admin", "admin") : owner, ids), 404);
		});

		test("its owner gets it", async () => {
			const response = await call(owner);
			if (policy === "admin") return await expectProblem(response, 403);
			if (answers[name]) return expect(response.status).toBe(answers[name]);
			await expectSuccess(response);
		});

		test("an admin gets it", async () => {
			const response = await call(asCaller("usr_admin", "admin"));
			if (hiddenFromAdmins.includes(name)) return await expectProblem(response, 404);
			if (answers[name]) return expect(response.status).toBe(answers[name]);
			await expectSuccess(response);
		});

		const body = bodies[name];
		if (body === undefined) return;

		test("identities in the body are not applied", async () => {
			const at = filled(path, isObject ? await objectsFor(method) : {});
			const response = await owner.send(method, at, { ...body, ...forged }, headers);
			expect(response.status).toBeLessThan(500);
			expect(await response.text()).not.toMatch(/forged|9\.9\.9/);
		});

		test("a hostile body is refused or harmless", async () => {
			const ids = isObject ? await objectsFor(method) : {};
			await fc.assert(
				fc.asyncProperty(hostileBody(body), async (text) => {
					const response = await owner.sendText(method, filled(path, ids), text, headers);
					expect(response.status, text.slice(0, 2_000)).toBeLessThan(500);
					if (response.status >= 400) await expectProblem(response, response.status);
				}),
				{ numRuns: 80 },
			);
			expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
		});

		test("a body that is not JSON, or not said to be, is refused", async () => {
			const at = filled(path, isObject ? await objectsFor(method) : {});
			for (const text of ["", "{", "[1", "\u0000", '{"a":}', "not json"]) {
				const response = await owner.sendText(method, at, text, headers);
				expect(response.status, text).toBe(400);
				await expectProblem(response, 400);
			}
			const plain = { ...headers, "content-type": "text/plain" };
			const response = await owner.sendText(method, at, JSON.stringify(body), plain);
			expect([400, 415, 422]).toContain(response.status);
			await expectProblem(response, response.status);
		});
	});
}

async function expectSuccess(response: Response): Promise<void> {
	// A stream ends when what it tells of does.
	const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
	expect(response.status, isStream ? "" : await response.clone().text()).toBeLessThan(300);
	await response.body?.cancel();
}

/** Every operation that the document of the Worker under test shows. */
async function documentedRoutes(): Promise<DocumentedRoute[]> {
	const { paths } = await (
		await anonymous.get("/openapi.json")
	).json<{
		paths: Record<string, Record<string, { "x-policy": Policy; requestBody?: { content: object } }>>;
	}>();
	return Object.entries(paths).flatMap(([path, operations]) =>
		Object.entries(operations).map(([verb, operation]) => {
			const method = verb.toUpperCase();
			return {
				name: `${method} ${path}`,
				method,
				path,
				policy: operation["x-policy"],
				// Forms and files have tests of their own.
				takesBody: "application/json" in (operation.requestBody?.content ?? {}),
			};
		}),
	);
}

function filled(path: string, ids: Record<string, string>): string {
	return path.replaceAll(/\{(\w+)\}/g, (_, param: string) => {
		const id = ids[param];
		if (id === undefined) throw new Error(`The matrix makes no object for {${param}}.`);
		return encodeURIComponent(id);
	});
}

/** OpenAI's paths answer in OpenAI's form, which knows no 422. */
async function expectOpenAiError(response: Response, status: number): Promise<void> {
	const text = await response.text();
	expect(response.status, text).toBe(status);
	expect(JSON.parse(text)).toEqual({
		error: { message: expect.any(String), type: expect.any(String), param: anyOrNull, code: expect.any(String) },
	});
	expect(text).not.toMatch(inside);
}

async function expectProblemJson(response: Response, status: number): Promise<void> {
	const text = await response.text();
	expect(response.status, text).toBe(status);
	expect(response.headers.get("content-type")).toBe("application/problem+json");
	const problem: Record<string, unknown> = JSON.parse(text);
	expect(problem).toMatchObject({ status, code: expect.any(String), traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
	expect(text).not.toMatch(inside);
}
