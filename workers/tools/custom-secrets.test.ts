/** The secrets of custom tools: who gets them, and in which words nobody else does. */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Tool } from "#tools/schema";
import { asCaller, type TestCaller } from "../../test/support/as-caller.ts";
import { begin, call, execution, expectJson, expectProblem, reached, refusedTool, toolOf } from "./testing.ts";

const ada = asCaller("usr_ada");
const bob = asCaller("usr_bob");

const secret = "canary-5f1c9b7e2d";
/** Where nobody listens; a request to it fails after it was let out. */
const host = "127.0.0.1:9";
const withSecret = { hosts: [host], secrets: { API_KEY: secret } };
const calling = `export async function run({ url, ...init }) { return await (await fetch(url, init)).text(); }`;

afterEach(() => {
	vi.restoreAllMocks();
});

interface Sent {
	url: string;
	headers: Headers;
	body: string;
}

/** Stands in for the server, and what it was sent. */
function serverThat(answer: (sent: Sent) => string): Sent[] {
	const requests: Sent[] = [];
	vi.spyOn(globalThis, "fetch").mockImplementation(async (url, { headers, body } = {}) => {
		const sent = { url: url as string, headers: new Headers(headers), body: (body ?? "") as string };
		requests.push(sent);
		return new Response(answer(sent));
	});
	return requests;
}

async function change(caller: TestCaller, id: string, changes: object): Promise<Tool> {
	return await expectJson<Tool>(await caller.send("PATCH", `/api/v1/tools/${id}`, changes), 200);
}

async function refusedChange(id: string, changes: object) {
	return await expectProblem(await ada.send("PATCH", `/api/v1/tools/${id}`, changes), 422, "invalid_input");
}

describe("secrets", () => {
	test("are shown to nobody: by name alone in the API, sealed in the database", async () => {
		const tool = await toolOf(ada, calling, { ...withSecret, shared: true });
		expect(tool.secretNames).toEqual(["API_KEY"]);
		const changed = await change(ada, tool.id, { description: "Other." });
		const answers = [
			tool,
			changed,
			await (await bob.get(`/api/v1/tools/${tool.id}`)).json(),
			await (await ada.get("/api/v1/tools?type=custom&limit=100")).json(),
		];
		expect(JSON.stringify(answers)).not.toContain(secret);
		const { results: rows } = await env.DB.prepare("SELECT * FROM tools WHERE id = ?").bind(tool.id).all();
		const { results: versions } = await env.DB.prepare("SELECT * FROM tool_versions WHERE tool_id = ?")
			.bind(tool.id)
			.all();
		expect(versions).toHaveLength(2);
		const stored = JSON.stringify([rows, versions]);
		expect(stored).not.toContain(secret);
		expect(stored).not.toContain(btoa(secret));
		expect(JSON.stringify(versions)).toContain('\\"secrets\\":{}');
	});

	test("are seen neither by the code, nor in its result, log, error or execution", async () => {
		const source = `export async function run({ url }) {
			const header = "{{secrets.API_KEY}}";
			console.log(header, JSON.stringify(globalThis), Object.getOwnPropertyNames(globalThis).length);
			try { await fetch(url, { headers: { "x-key": header, "bad name": header } }); } catch (e) { console.log(e.message, e.stack); }
			const error = await fetch(url + "?k={{secrets.API_KEY}}", { method: "POST", body: header }).catch((e) => e);
			throw new Error(header + error.message);
		}`;
		const { id } = await toolOf(ada, source, withSecret);
		const url = `http://${host}/`;
		const answer = await call(ada, id, { url });
		expect(answer.error).toContain("{{secrets.API_KEY}}127.0.0.1:9 could not be reached");
		const executionId = await begin(ada, id, { url });
		const response = await ada.get(`/api/v1/tools/executions/${executionId}/stream`);
		const seen = [answer, await response.text(), await execution(ada, executionId)];
		expect(JSON.stringify(seen)).not.toContain(secret);
	});

	test("stay with the hosts that they were given for", async () => {
		const { id } = await toolOf(ada, calling, withSecret);
		const hosts = ["127.0.0.1:10"];
		expect((await refusedChange(id, { hosts })).errors).toMatchObject([{ pointer: "/secrets" }]);
		expect((await refusedChange(id, { hosts: [...hosts, host] })).errors).toMatchObject([{ pointer: "/secrets" }]);
		expect((await refusedChange(id, { hosts: [] })).errors).toMatchObject([{ pointer: "/secrets" }]);
		expect((await change(ada, id, { hosts: [host], timeout: 2_000 })).secretNames).toEqual(["API_KEY"]);
		expect((await change(ada, id, { hosts, secrets: { API_KEY: null } })).secretNames).toEqual([]);
		expect((await change(ada, id, { hosts: [host], secrets: { OTHER_KEY: secret } })).secretNames).toEqual([
			"OTHER_KEY",
		]);
		const source = `export async function run({ url }) { return await (await fetch(url + "?k={{secrets.OTHER_KEY}}")).text(); }`;
		await change(ada, id, { source });
		expect((await call(ada, id, { url: `http://${host}/` })).error).toContain("could not be reached");
	});

	test("moved to other hosts behind the API's back stay shut", async () => {
		const { id } = await toolOf(ada, calling, withSecret);
		await env.DB.prepare(`UPDATE tools SET config = json_set(config, '$.hosts', json('["127.0.0.1:10"]')) WHERE id = ?`)
			.bind(id)
			.run();
		expect(await call(ada, id, { url: "http://127.0.0.1:10/" })).toMatchObject({
			status: "error",
			error: expect.stringContaining("give them again"),
		});
	});

	test("are refused where they cannot be used or found again", async () => {
		for (const [fields, pointer] of [
			[{ secrets: { API_KEY: secret } }, "/secrets"],
			[{ hosts: [host], secrets: { API_KEY: "short" } }, "/secrets/API_KEY"],
			[{ hosts: [host], secrets: { API_KEY: "two\r\nlines of it" } }, "/secrets/API_KEY"],
			[{ hosts: [host], secrets: { API_KEY: " lost in a header" } }, "/secrets/API_KEY"],
			[{ hosts: [host], secrets: { API_KEY: "lost in a header " } }, "/secrets/API_KEY"],
			[{ hosts: [host], secrets: { "api-key": secret } }, "/secrets/api-key"],
			[{ hosts: [host], secrets: { API_KEY: null } }, "/secrets/API_KEY"],
		] as const) {
			const { errors } = await refusedTool(ada, fields);
			expect(errors![0]!.pointer).toBe(pointer);
			expect(JSON.stringify(errors)).not.toContain(secret);
		}
	});
});

describe("a slot", () => {
	const slot = "{{secrets.API_KEY}}";
	/** Sends what its caller says, beside its own. */
	const source = `export async function run({ path, header, body }) {
		const headers = { authorization: "Bearer {{secrets.API_KEY}}", "x-text": header };
		const response = await fetch("http://${host}/" + path, { method: "POST", headers, body });
		console.log(headers.authorization);
		return { [headers.authorization]: await response.text(), is: headers.authorization.length };
	}`;

	test("is filled where it stands in the source, and nowhere that a caller writes it", async () => {
		const requests = serverThat(({ body }) => body);
		const { id } = await toolOf(ada, source, { ...withSecret, shared: true });
		const answer = await call(bob, id, { path: `?k=${slot}&l=%7B%7Bsecrets.API_KEY%7D%7D`, header: slot, body: slot });
		const [request] = requests;
		expect(request!.headers.get("authorization")).toBe(`Bearer ${secret}`);
		expect(request!.headers.get("x-text")).toBe(slot);
		expect(request!.url).not.toContain(secret);
		expect(request!.body).toBe(slot);
		expect(answer).toMatchObject({ status: "success", result: { [`Bearer ${slot}`]: slot } });
	});

	test("that a script shows is the one of its source, in results, logs and errors, sync or kept", async () => {
		serverThat(() => "ok");
		const { id } = await toolOf(ada, source, withSecret);
		const failing = await toolOf(ada, `export function run() { throw new TypeError("of " + "${slot}"); }`, withSecret);
		const parameters = { path: "", header: "h", body: "b" };
		const executionId = await begin(ada, id, parameters);
		await reached(ada, executionId, "completed");
		const answers = [await call(ada, id, parameters), await execution(ada, executionId)];
		expect(answers[0]).toMatchObject({ logs: [`Bearer ${slot}`], result: { [`Bearer ${slot}`]: "ok" } });
		expect(answers[1]).toMatchObject({ logs: [`Bearer ${slot}`], output: { [`Bearer ${slot}`]: "ok" } });
		const { error } = await call(ada, failing.id, {});
		expect(error).toMatch(/^TypeError: of \{\{secrets\.API_KEY\}\}/);
		expect(JSON.stringify([...answers, error])).not.toContain("API_KEY:");
	});

	test("read out of one call is worth nothing in another", async () => {
		const requests = serverThat(({ body }) => body);
		const reading = `export async function run({ body }) {
			if (body) return await (await fetch("http://${host}/", { method: "POST", body })).text();
			return [..."{{secrets.API_KEY}}"].join(" ");
		}`;
		const { id } = await toolOf(ada, reading, withSecret);
		const read = String((await call(ada, id, {})).result).replaceAll(" ", "");
		expect(read).toMatch(/^\{\{secrets\.API_KEY:[0-9a-f]{32}\}\}$/);
		await call(ada, id, { body: read });
		expect(requests[0]!.body).toBe(read);
	});
});

describe("what a server repeats of a secret", () => {
	const password = "pa/ss&word-7";
	const asking = (answer: string) => `export async function run() {
		const response = await fetch("http://${host}/", { headers: { "x-key": "{{secrets.API_KEY}}" } });
		${answer}
	}`;
	const tool = async (answer: string, fields: object = {}) =>
		await toolOf(ada, asking(answer), { hosts: [host], secrets: { API_KEY: password }, ...fields });

	test.each([
		["escaped slashes", (text: string) => text.replaceAll("/", "\\/")],
		["escaped ampersands", (text: string) => text.replaceAll("&", "\\u0026")],
		["escapes in escapes", (text: string) => JSON.stringify(JSON.stringify(text).replaceAll("/", "\\/")).slice(1, -1)],
	])("with %s is seen neither in results and keys, nor in logs and errors", async (_, written) => {
		serverThat(() => `{"you sent":"${written(password)}","${written(password)}":1}`);
		const read = "const json = await response.json(); console.log(json['you sent'], Object.keys(json)[1]);";
		const returning = await tool(`${read} return json;`);
		const throwing = await tool(`${read} throw new Error(json["you sent"]);`);
		const answers = [await call(ada, returning.id, {}), await call(ada, throwing.id, {})];
		expect(answers.map(({ status }) => status)).toEqual(["success", "error"]);
		expect(JSON.stringify(answers)).toContain("{{secrets.API_KEY}}");
		expect(JSON.stringify(answers)).not.toMatch(/word-7/);
	});

	test("is found also in what the script has made readable", async () => {
		serverThat(() => password.replaceAll("a", "~"));
		const { id } = await tool(
			"const text = (await response.text()).replaceAll('~', 'a'); console.log(text); return { [text]: [text] };",
		);
		const answer = await call(ada, id, {});
		expect(answer).toMatchObject({ result: { "{{secrets.API_KEY}}": ["{{secrets.API_KEY}}"] }, status: "success" });
		expect(answer.logs).toEqual(["{{secrets.API_KEY}}"]);
	});
});
