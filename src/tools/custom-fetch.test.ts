/** What leaves a custom tool and what comes back to it. */
import { describe, expect, it } from "vitest";
import { egressFetch } from "#core/egress";
import { asAppError } from "#core/errors";
import { customFetch } from "./custom-fetch.ts";
import { checkHosts } from "./declared-hosts.ts";
import type { ScriptRequest } from "./sandbox/call-out.ts";
import { SecretSlots } from "./secret-slots.ts";

const secret = "s3cret/Value+1";
const token = "Tok3n-Value-1";
const hosts = ["api.example.com", "files.example.com:8443", "127.0.0.1:8080"];
const egress = { allow: ["127.0.0.0/8"], resolve: async () => ["93.184.215.14"] };

/**
 * A fetch whose network answers by `answer`, and what was sent there. `call` sends what stands in the source of a
 * script, `pass` what its caller gave it.
 */
function setUp(answer: (request: Request) => Response | Promise<Response> = () => new Response("ok")) {
	const slots = new SecretSlots(
		new Map([
			["API_KEY", secret],
			["TOKEN", token],
		]),
	);
	const sent: Request[] = [];
	const network = async (input: RequestInfo | URL, init?: RequestInit) => {
		const request = new Request(input, { ...init, signal: undefined });
		sent.push(request.clone());
		return await answer(request);
	};
	const fetch = customFetch({
		...{ hosts, egress, slots, timeoutMs: 200, idempotencyKey: "call" },
		fetch: egressFetch(egress, network),
	});
	const pass = async (url: string, request: Partial<ScriptRequest> = {}) =>
		await fetch({ url, method: "GET", headers: {}, ...request }, new AbortController().signal);
	const call = async (url: string, request: Partial<ScriptRequest> = {}) =>
		await pass(slots.mark(url), JSON.parse(slots.mark(JSON.stringify(request))) as typeof request);
	return { sent, call, pass };
}

const api = "https://api.example.com/v1";
const redirect = (location: string, status = 302) => new Response(null, { status, headers: { location } });

describe("a request", () => {
	it.each([
		["another host", "https://example.com/"],
		["a host below a declared one", "https://x.api.example.com/"],
		["a host that only ends alike", "https://evilapi.example.com/"],
		["another port", "https://api.example.com:8443/"],
		["the usual port of a host declared with one", "https://files.example.com/"],
		["no TLS", "http://api.example.com/"],
		["credentials", "https://api.example.com:x@example.com/"],
		["credentials for a declared host", "https://me:pass@api.example.com/"],
		["another scheme", "data:text/plain,x"],
		["no scheme", "//api.example.com/"],
		["a backslash", "https://example.com\\@api.example.com/"],
		["an address", "https://93.184.215.14/"],
		["a secret as the host", "https://{{secrets.API_KEY}}/"],
		["a secret in the path", `${api}/{{secrets.API_KEY}}`],
		["no such secret", `${api}?k={{secrets.OTHER}}`],
	])("to %s is refused", async (_, url) => {
		const { sent, call } = setUp();
		await expect(call(url)).rejects.toThrow();
		expect(sent).toEqual([]);
	});

	it.each([
		["method", { method: "TRACE" }],
		["host", { headers: { Host: "example.com" } }],
		["forwarded", { headers: { "X-Forwarded-For": "1.2.3.4" } }],
		["range", { headers: { range: "bytes=0-1" } }],
		["two lines", { headers: { "x-a": "1\r\nx-b: 2" } }],
		["a long body", { method: "POST", body: "x".repeat(1_000_001) }],
	])("with what it may not have is refused: %s", async (_, request) => {
		const { sent, call } = setUp();
		await expect(call(api, request)).rejects.toThrow();
		expect(sent).toEqual([]);
	});

	it("carries secrets in headers, query and body, and nothing of ours", async () => {
		const { sent, call } = setUp();
		const headers = { authorization: "Bearer {{secrets.API_KEY}}", "content-type": "application/json" };
		await call(`${api}?key={{secrets.API_KEY}}#f`, { method: "post", headers, body: '{"k":"{{secrets.API_KEY}}"}' });
		const [request] = sent;
		expect(request!.headers.get("authorization")).toBe(`Bearer ${secret}`);
		expect(new URL(request!.url).searchParams.get("key")).toBe(secret);
		expect(await request!.json()).toEqual({ k: secret });
		expect([...request!.headers.keys()].toSorted()).toEqual([
			"authorization",
			"content-type",
			"idempotency-key",
			"user-agent",
		]);
	});

	it("carries no secret for a slot that the caller passes", async () => {
		const { sent, pass } = setUp();
		const slot = "{{secrets.API_KEY}}";
		await pass(`${api}/${slot}?key=${slot}&no=%7B%7Bsecrets.NO%7D%7D`, {
			...{ method: "POST", headers: { "x-key": slot }, body: slot },
		});
		const [request] = sent;
		expect(request!.url).toBe(`${api}/%7B%7Bsecrets.API_KEY%7D%7D?key={{secrets.API_KEY}}&no=%7B%7Bsecrets.NO%7D%7D`);
		expect(request!.headers.get("x-key")).toBe(slot);
		expect(await request!.text()).toBe(slot);
	});

	it("that changes something has a key of its own, the same in every attempt", async () => {
		const keys = async () => {
			const { sent, call } = setUp();
			for (const method of ["POST", "GET", "PUT"]) await call(api, { method });
			return sent.map(({ headers }) => headers.get("idempotency-key"));
		};
		expect(await keys()).toEqual(["call:1", null, "call:3"]);
		expect(await keys()).toEqual(await keys());
	});

	it("without TLS reaches what the deployment allows", async () => {
		const { sent, call } = setUp();
		expect((await call("http://127.0.0.1:8080/")).body).toBe("ok");
		expect(sent).toHaveLength(1);
	});
});

describe("a redirect", () => {
	it.each([
		"https://example.com/",
		"http://api.example.com/",
		"//example.com/x",
		"http://169.254.169.254/",
		"x:",
		"http://",
	])("to %s is refused", async (location) => {
		const { sent, call } = setUp(() => redirect(location));
		await expect(call(api, { headers: { "x-key": "{{secrets.API_KEY}}" } })).rejects.toThrow(
			/^The server redirects to a host that the tool does not declare, or not by https.$/,
		);
		expect(sent).toHaveLength(1);
	});

	it("to a host that the secret is part of is refused without a word of it", async () => {
		const { sent, call } = setUp(({ url }) => redirect(new URL(url).searchParams.get("next")!));
		const error = await call(`${api}?next=https://{{secrets.API_KEY}}.example.com/`).catch(String);
		expect(sent).toHaveLength(1);
		expect(error).toMatch(/^AppError: The server redirects/);
		expect(error).not.toMatch(/example|cret/);
	});

	it("to a declared host is followed, without the headers that were for the first", async () => {
		const { sent, call } = setUp(({ url }) =>
			url.startsWith(api) ? redirect("https://files.example.com:8443/f", 307) : new Response("file"),
		);
		const headers = { authorization: "{{secrets.API_KEY}}", "x-key": "{{secrets.API_KEY}}", accept: "text/plain" };
		expect((await call(api, { headers })).body).toBe("file");
		expect([...sent[1]!.headers.keys()].toSorted()).toEqual(["accept", "user-agent"]);
	});

	it("has an end", async () => {
		const { sent, call } = setUp(() => redirect(api));
		await expect(call(api)).rejects.toThrow(/redirects more than/);
		expect(sent).toHaveLength(6);
	});
});

describe("an answer", () => {
	it("shows no secret and no cookie", async () => {
		const body = JSON.stringify({ plain: secret, url: encodeURIComponent(secret), base64: btoa(secret) });
		const headers = {
			...{ "x-echo": `Bearer ${secret}`, "set-cookie": "sid=1", "content-type": "application/json" },
			[`x-${token}`]: "1",
		};
		const { call } = setUp(() => new Response(body, { status: 418, headers }));
		const answer = await call(api);
		expect(answer.status).toBe(418);
		expect(answer.headers).toEqual({
			...{ "content-type": "application/json", "x-echo": "Bearer {{secrets.API_KEY}}" },
			"x-{{secrets.TOKEN}}": "1",
		});
		expect(JSON.parse(answer.body)).toEqual(
			Object.fromEntries(["plain", "url", "base64"].map((key) => [key, "{{secrets.API_KEY}}"])),
		);
	});

	it("of more than a megabyte is refused", async () => {
		const { call } = setUp(({ url }) => new Response("x".repeat(url.endsWith("1") ? 1_000_001 : 1_000_000)));
		expect((await call(`${api}/0`)).body).toHaveLength(1_000_000);
		await expect(call(`${api}/1`)).rejects.toThrow(/larger than/);
	});

	it("that never comes, or a server that is not there, is an error without the secret", async () => {
		const hangs = setUp(() => new Promise<never>(() => {}));
		await expect(hangs.call(`${api}?k={{secrets.API_KEY}}`)).rejects.toThrow(/did not answer in full within 200 ms/);
		const { call } = setUp(() => {
			throw new TypeError(`cannot connect to ${secret}`);
		});
		await expect(call(api)).rejects.toThrow(/^api.example.com could not be reached.$/);
		await expect(call(api, { headers: { [secret]: "x" } })).rejects.not.toThrow(secret);
	});
});

describe("declaring a host", () => {
	const check = async (host: string, allow: string[] = []) =>
		await checkHosts([host], { allow }).then(
			() => "taken",
			(error: unknown) => asAppError(error)?.code,
		);

	it.each(["api.example.com", "api.example.com:8443", "xn--bcher-kva.example", "8.8.8.8"])("takes %s", async (host) => {
		expect(await check(host)).toBe("taken");
	});

	it.each(["2130706433", "0x7f.1", "127.1", "api.example.com:443", "a:99999", "bücher.example", "a b"])(
		"refuses %s, which is no name",
		async (host) => {
			expect(await check(host, ["127.0.0.0/8"])).toBe("invalid_input");
		},
	);

	it.each(["127.0.0.1", "10.0.0.1:80", "169.254.169.254", "localhost", "printer.local", "redis:6379", "a.internal"])(
		"refuses %s, unless the deployment allows it",
		async (host) => {
			expect(await check(host)).toBe("address_not_allowed");
			expect(await check(host, [host.replace(/:\d+$/, "")])).toBe("taken");
		},
	);
});
