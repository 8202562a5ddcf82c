/** A custom tool that calls a real server: where its requests go, and who sees its secret. */
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { ApiClient } from "../../scripts/api-client.ts";
import { newPerson } from "../support/people.ts";

const secret = "canary-of-custom-tools-41";
/** Signs its requests where it is told to, and sends along what its caller wants to be sent. */
const source = `export async function run({ url, method, signed, text }) {
	const request = signed
		? { method, headers: { authorization: "Bearer {{secrets.API_KEY}}", "x-text": text }, body: "token {{secrets.API_KEY}}" }
		: { method };
	const response = await fetch(signed ? url + "?key={{secrets.API_KEY}}" : url, request);
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
	const text = "{{secrets.API_KEY}}";
	const answer = await call("/", { method: "POST", signed: true, text });
	expect(seen).toMatchObject([
		{ url: `/?key=${secret}`, body: `token ${secret}`, headers: { authorization: `Bearer ${secret}`, "x-text": text } },
	]);
	expect(Object.keys(seen[0]!.headers).filter((name) => /^(x-|cookie|trace|baggage)/.test(name))).toEqual(["x-text"]);
	expect(answer).toMatchObject({ status: "success", result: { status: 200, cookie: null } });
	expect(answer.result.text).toContain("Bearer {{secrets.API_KEY}}");
	expect(JSON.stringify(answer)).not.toContain(secret);
	await call("/");
	expect(seen[0]!.headers).not.toHaveProperty("cookie");
});

test("only the declared host is reached, also by a redirect", async () => {
	const elsewhere = `http://${hostOf(other)}/`;
	const redirect = `http://${hostOf(server)}/to?${encodeURIComponent(elsewhere)}`;
	for (const [url, error] of [
		[elsewhere, "does not declare the host"],
		[redirect, "redirects to a host that the tool does not declare"],
	]) {
		expect(await call("", { url })).toMatchObject({
			status: "error",
			error: expect.stringContaining(error!) as string,
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
