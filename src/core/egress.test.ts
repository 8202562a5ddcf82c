import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkUrl, type EgressPolicy, egressFetch } from "./egress.ts";

const dns: Record<string, string[]> = {
	"api.example.com": ["93.184.215.14", "2606:2800:21f:cb07::1"],
	"other.example.com": ["93.184.215.15"],
	"rebound.example.com": ["93.184.215.14", "127.0.0.1"],
	"mapped.example.com": ["::ffff:10.0.0.1"],
	"alias.example.com": ["api.example.com", "93.184.215.14"],
	"silent.example.com": [],
};

const strict: EgressPolicy = {
	allow: [],
	async resolve(name) {
		const addresses = dns[name];
		if (!addresses) throw new Error("ENOTFOUND");
		return addresses;
	},
};
const local: EgressPolicy = { ...strict, allow: ["127.0.0.0/8", "::1", "localhost"] };

const refusedUrls = [
	"http://127.0.0.1/",
	"http://127.1/",
	"http://2130706433/",
	"http://0x7f000001/",
	"http://0x7f.1/",
	"http://0177.0.0.1/",
	"http://127.0.0.1./",
	"http://１２７.0.0.1/",
	"http://127。0。0。1/",
	"http://0/",
	"http://[::]/",
	"http://[::1]/",
	"http://[::ffff:7f00:1]/",
	"http://[::ffff:127.0.0.1]/",
	"http://[64:ff9b::7f00:1]/",
	"http://[2002:7f00:1::]/",
	"http://[2001:0:7f00:1::]/",
	"http://169.254.169.254/latest/meta-data",
	"http://metadata.google.internal/",
	"http://localhost/",
	"http://localhost./",
	"http://ⓛocalhost/",
	"http://app.localhost/",
	"http://printer.local/",
	"http://redis:6379/",
	"http://10.0.0.1/",
	"http://100.64.0.1/",
	"http://rebound.example.com/",
	"http://mapped.example.com/",
	"http://silent.example.com/",
	"http://unknown.example.com/",
	"http://user:secret@api.example.com/",
	"http://user@api.example.com/",
	"ftp://api.example.com/",
	"file:///etc/passwd",
	"data:text/plain,hello",
	"javascript:alert(1)",
	"//api.example.com/",
	"http://",
	"",
];

describe("checkUrl", () => {
	it.each(refusedUrls)("refuses %s", async (url) => {
		await expect(checkUrl(url, strict)).rejects.toMatchObject({ code: "address_not_allowed" });
	});

	it.each([
		"https://api.example.com/v1",
		"http://alias.example.com:8080/",
		"https://1.1.1.1/",
		"https://[2606:4700::1111]/",
	])("allows %s", async (url) => {
		expect((await checkUrl(url, strict)).href).toBe(url);
	});

	it.each([
		"http://127.0.0.1:11434/v1",
		"http://localhost:3000/",
		"http://localhost./",
		"http://[::1]/",
		"http://0x7f.1/",
	])("allows %s where the deployment allows loopback", async (url) => {
		await expect(checkUrl(url, local)).resolves.toBeInstanceOf(URL);
	});

	it.each([
		"http://10.0.0.1/",
		"http://[::ffff:7f00:1]/",
		"http://rebound.example.com.localhost/",
		"http://169.254.169.254/",
	])("refuses %s even there", async (url) => {
		await expect(checkUrl(url, local)).rejects.toMatchObject({ code: "address_not_allowed" });
	});

	it("does not resolve a name that the deployment allows", async () => {
		const policy: EgressPolicy = { allow: ["db.internal"], resolve: () => Promise.reject(new Error("resolved")) };
		await expect(checkUrl("http://db.internal/", policy)).resolves.toBeInstanceOf(URL);
	});

	it("allows a name that resolves into an allowed range", async () => {
		await expect(checkUrl("http://rebound.example.com/", local)).resolves.toBeInstanceOf(URL);
	});

	it("says nothing of path, query or credentials", async () => {
		const message = await checkUrl("http://10.0.0.1/secret?key=secret", strict).catch((error: Error) => error.message);
		expect(message).toBe('The host "10.0.0.1" is not on the public internet, and this deployment does not allow it.');
	});

	it("lets no spelling of a loopback address through", async () => {
		const spelling = fc
			.tuple(fc.integer({ min: 0x7f000000, max: 0x7fffffff }), fc.constantFrom(8, 10, 16))
			.map(([ip, radix]) => {
				const prefix = { 8: "0", 10: "", 16: "0x" }[radix];
				return `http://${prefix}${ip.toString(radix)}/`;
			});
		await fc.assert(
			fc.asyncProperty(spelling, async (url) => {
				await expect(checkUrl(url, strict)).rejects.toMatchObject({ code: "address_not_allowed" });
			}),
		);
	});
});

describe("egressFetch", () => {
	interface Call {
		url: string;
		init: RequestInit;
	}

	/** A `fetch` that plays the answers in turn, and what it was called with. */
	function server(...answers: Response[]): { send: typeof fetch; calls: Call[] } {
		const calls: Call[] = [];
		async function send(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
			calls.push({ url: String(input), init });
			return answers.shift() ?? new Response("done");
		}
		return { send, calls };
	}

	function redirect(location: string, status = 307): Response {
		return new Response(null, { status, headers: { location } });
	}

	const post: RequestInit = {
		method: "POST",
		body: "{}",
		headers: { authorization: "Bearer secret", "x-api-key": "secret", "content-type": "application/json" },
	};

	it("sends nothing to a refused address", async () => {
		const { send, calls } = server();
		await expect(egressFetch(strict, send)("http://127.0.0.1/")).rejects.toMatchObject({ code: "address_not_allowed" });
		expect(calls).toEqual([]);
	});

	it.each([
		"http://169.254.169.254/",
		"http://localhost./",
		"file:///etc/passwd",
		"http://u:p@api.example.com/",
		"http://[",
	])("does not follow a redirect to %s", async (location) => {
		const { send, calls } = server(redirect(location));
		const fetched = egressFetch(strict, send)("https://api.example.com/");
		await expect(fetched).rejects.toMatchObject({ code: "address_not_allowed" });
		expect(calls).toHaveLength(1);
	});

	it("keeps headers and body on a redirect within the origin", async () => {
		const { send, calls } = server(redirect("/v2", 308));
		await egressFetch(strict, send)("https://api.example.com/v1", post);
		expect(calls[1]!.url).toBe("https://api.example.com/v2");
		expect(calls[1]!.init).toMatchObject({ method: "POST", body: "{}", redirect: "manual" });
		expect(new Headers(calls[1]!.init.headers).get("authorization")).toBe("Bearer secret");
	});

	it.each(["https://other.example.com/", "http://api.example.com/", "https://api.example.com:8443/"])(
		"shows %s no credentials",
		async (location) => {
			const { send, calls } = server(redirect(location));
			await egressFetch(strict, send)("https://api.example.com/", post);
			expect([...new Headers(calls[1]!.init.headers)]).toEqual([["content-type", "application/json"]]);
		},
	);

	it("does not get its credentials back by returning to the first origin", async () => {
		const { send, calls } = server(redirect("https://other.example.com/"), redirect("https://api.example.com/"));
		await egressFetch(strict, send)("https://api.example.com/", post);
		expect(new Headers(calls[2]!.init.headers).has("authorization")).toBe(false);
	});

	it.each([301, 302, 303])("turns a POST into a GET on %i", async (status) => {
		const { send, calls } = server(redirect("/v2", status));
		await egressFetch(strict, send)("https://api.example.com/", post);
		expect(calls[1]!.init.method).toBe("GET");
		expect(calls[1]!.init.body).toBeUndefined();
	});

	it("gives up after five redirects", async () => {
		const { send, calls } = server(...Array.from({ length: 9 }, () => redirect("/again")));
		await expect(egressFetch(strict, send)("https://api.example.com/")).rejects.toMatchObject({
			code: "address_not_allowed",
		});
		expect(calls).toHaveLength(6);
	});

	it("leaves redirects to a caller who wants them", async () => {
		const { send } = server(redirect("http://127.0.0.1/"));
		const response = await egressFetch(strict, send)("https://api.example.com/", { redirect: "manual" });
		expect(response.status).toBe(307);
	});

	it("sends a Request, and sends it again after a redirect", async () => {
		const { send, calls } = server(redirect("/v2"));
		await egressFetch(strict, send)(new Request("https://api.example.com/", post));
		expect(new TextDecoder().decode(calls[1]!.init.body as ArrayBuffer)).toBe("{}");
	});
});
