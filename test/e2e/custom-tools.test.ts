/** A custom tool that calls a real server: where its requests go, and who sees its secret. */
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { ApiClient } from "../../scripts/api-client.ts";
import { newPerson } from "../support/people.ts";

const secret = "canary-of-custom-tools-41";
const source = `export async function run({ url, method, headers, body }) {
	const response = await fetch(url, { method, headers, body });
	return { status: response.status, cookie: response.headers.get("set-cookie"), text: await response.text() };
}`;

interface Seen {
	url: string;
	headers: IncomingHttpHeaders;
	body: string;
}

let seen: Seen[] = [];
/** Repeats what it was sent; `/to?…` redirects there, and `/large` sends two megabytes. */
const server = createServer((request, response) => {
	let body = "";
	request.on("data", (chunk: Buffer) => (body += chunk.toString()));
	request.on("end", () => {
		const { url = "", headers } = request;
		seen.push({ url, headers, body });
		if (url.startsWith("/to?")) response.writeHead(302, { location: decodeURIComponent(url.slice(4)) }).end();
		else if (url === "/large") response.end("x".repeat(2_000_000));
		else response.writeHead(200, { "set-cookie": "sid=1" }).end(JSON.stringify({ url, headers, body }));
	});
});
/** Not declared by any tool. */
const other = createServer((_, response) => {
	seen.push({ url: "other", headers: {}, body: "" });
	response.end("other");
});

let ada: ApiClient;
let toolId: string;

beforeAll(async () => {
	await Promise.all([server, other].map((one) => new Promise<void>((resolve) => one.listen(0, "127.0.0.1", resolve))));
	ada = await newPerson(inject("platform"));
	const { id } = await ada.call("POST", "/api/v1/tools", {
		...{ name: "call_out", description: "Calls a server.", source, inputSchema: { type: "object" } },
		...{ hosts: [hostOf(server)], secrets: { API_KEY: secret }, timeout: 5_000 },
	});
	toolId = id;
});

afterAll(() => [server, other].forEach((one) => one.close()));

function hostOf(one: Server): string {
	return `127.0.0.1:${(one.address() as AddressInfo).port}`;
}

async function call(path: string, request: object = {}) {
	seen = [];
	const parameters = { url: `http://${hostOf(server)}${path}`, ...request };
	return await ada.call("POST", `/api/v1/tools/${toolId}/execute`, { parameters });
}

test("the server gets the secret, the tool and its caller get the place where it stood", async () => {
	const answer = await call("/?key={{secrets.API_KEY}}", {
		...{ method: "POST", body: "token {{secrets.API_KEY}}", headers: { authorization: "Bearer {{secrets.API_KEY}}" } },
	});
	expect(seen).toMatchObject([
		{ url: `/?key=${secret}`, body: `token ${secret}`, headers: { authorization: `Bearer ${secret}` } },
	]);
	expect(Object.keys(seen[0]!.headers).filter((name) => /^(x-|cookie|trace|baggage)/.test(name))).toEqual([]);
	expect(answer).toMatchObject({ status: "success", result: { status: 200, cookie: null } });
	expect(answer.result.text).toContain("Bearer {{secrets.API_KEY}}");
	expect(JSON.stringify(answer)).not.toContain(secret);
	await call("/");
	expect(seen[0]!.headers).not.toHaveProperty("cookie");
});

test("only the declared host is reached, also by a redirect", async () => {
	const elsewhere = `http://${hostOf(other)}/`;
	for (const request of [{ url: elsewhere }, { url: `http://${hostOf(server)}/to?${encodeURIComponent(elsewhere)}` }]) {
		expect(await call("", request)).toMatchObject({
			status: "error",
			error: expect.stringContaining("does not declare the host") as string,
		});
		expect(seen.map(({ url }) => url)).not.toContain("other");
	}
	expect(await call(`/to?${encodeURIComponent("/end")}`)).toMatchObject({ result: { status: 200 } });
	expect(seen.map(({ url }) => url)).toEqual([`/to?${encodeURIComponent("/end")}`, "/end"]);
});

test("an answer that is too large is refused", async () => {
	expect(await call("/large")).toMatchObject({
		status: "error",
		error: expect.stringContaining("larger than") as string,
	});
});
