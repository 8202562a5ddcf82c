import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { egressFetch } from "#core/egress";
import type { StandardTool, ToolScope } from "#tools/standard/standard-tool";
import { webTools } from "./web-tools.ts";

const tools = byId(webTools({}));

function byId(list: StandardTool[]): Map<string, StandardTool> {
	return new Map(list.map((tool) => [tool.id, tool]));
}

/** What was asked of the network, newest last. */
let sent: Request[] = [];
afterEach(() => {
	sent = [];
});

type Send = (request: Request) => Response | Promise<Response>;

function scopeOf(send: Send, signal = new AbortController().signal): ToolScope {
	return {
		caller: { userId: "usr_web", role: "user", requestId: "req_1", traceparent: "" },
		signal,
		timeoutMs: 10_000,
		idempotencyKey: "call-1",
		now: () => new Date(),
		async fetch(input: RequestInfo | URL, init?: RequestInit) {
			// workerd makes no Request that forbids redirects.
			const request = new Request(input, { ...init, redirect: "manual", signal: undefined });
			sent.push(request);
			return await send(request);
		},
	};
}

const noNetwork: Send = () => {
	throw new Error("This tool calls nobody.");
};

/** Through both schemas, as a caller gets it. */
async function call(id: string, input: unknown, scope = scopeOf(noNetwork), by = tools): Promise<any> {
	const tool = by.get(id)!;
	return tool.output.parse(await tool.run(tool.input.parse(input) as never, scope));
}

const page = (html: string, type = "text/html; charset=utf-8") =>
	new Response(html, { headers: { "content-type": type } });
const url = "https://site.example/dir/page?token=secret";

/** Sends `chunk` for as long as somebody reads, and tells how much that was and whether he gave up. */
function endless(chunk: Uint8Array) {
	const seen = { chunks: 0, cancelled: false };
	const body = new ReadableStream<Uint8Array>({
		pull(controller) {
			seen.chunks++;
			controller.enqueue(chunk.slice());
		},
		cancel() {
			seen.cancelled = true;
		},
	});
	return { body, seen };
}

function stalled(first: string) {
	const seen = { cancelled: false };
	const body = new ReadableStream<Uint8Array>({
		start: (controller) => controller.enqueue(new TextEncoder().encode(first)),
		pull: () => new Promise(() => {}),
		cancel() {
			seen.cancelled = true;
		},
	});
	return { body, seen };
}

describe("all tools", () => {
	const examples = [...tools.values()].flatMap((tool) => tool.examples.map((example) => ({ tool, ...example })));

	it.each(examples)("$tool.id: $title", async ({ tool, input, output }) => {
		expect(tool.input.safeParse(input).error).toBeUndefined();
		if (output !== undefined) expect(await call(tool.id, input)).toEqual(output);
	});

	it("are five", () => {
		expect([...tools.keys()]).toEqual([
			"web_fetch",
			"web_to_markdown",
			"html_to_markdown",
			"html_extract",
			"web_search",
		]);
	});

	it.each([
		["web_fetch", { url: "ftp://site.example/" }],
		["web_fetch", { url: "javascript:alert(1)" }],
		["web_fetch", { url: "/relative" }],
		["web_fetch", { url: "" }],
		["web_fetch", { url: `https://site.example/${"a".repeat(2_048)}` }],
		["web_fetch", { url, method: "TRACE" }],
		["web_fetch", { url, headers: { "bad name": "x" } }],
		["web_fetch", { url, headers: { "x-a": "1\r\nx-b: 2" } }],
		["web_fetch", { url, headers: { "x-a": 1 } }],
		["web_fetch", { url, headers: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`x-${i}`, "1"])) }],
		["web_fetch", { url, maxBytes: 400_001 }],
		["web_fetch", { url, timeoutMs: 60_000 }],
		["web_fetch", { url, unknown: true }],
		["web_to_markdown", { url: "file:///etc/passwd" }],
		["web_to_markdown", { url, images: "all" }],
		["html_to_markdown", {}],
		["html_to_markdown", { html: "x".repeat(1_000_001) }],
		["html_to_markdown", { html: "", baseUrl: "javascript:alert(1)" }],
		["html_extract", { html: "", selector: "" }],
		["html_extract", { html: "", selector: "a".repeat(301) }],
		["html_extract", { html: "", selector: "a", limit: 0 }],
		["web_search", { query: "  " }],
		["web_search", { query: "a".repeat(401) }],
		["web_search", { query: "a", count: 21 }],
		["web_search", { query: "a", language: "english" }],
	])("%s refuses %j", (id, input) => {
		expect(tools.get(id)!.input.safeParse(input).success).toBe(false);
	});
});

describe("web_fetch", () => {
	it("answers status, safe headers and text", async () => {
		const headers = { "content-type": "application/json", etag: '"1"', "set-cookie": "a=b", "x-internal": "yes" };
		const scope = scopeOf(() => new Response('{"a":1}', { status: 404, headers }));
		expect(await call("web_fetch", { url }, scope)).toEqual({
			url,
			status: 404,
			headers: { "content-type": "application/json", etag: '"1"' },
			contentType: "application/json",
			encoding: "text",
			body: '{"a":1}',
			truncated: false,
		});
	});

	it("sends method, headers and body, and a key for servers that know what was done", async () => {
		const input = { url, method: "POST", headers: { "Content-Type": "application/json" }, body: '{"name":"Ada"}' };
		await call(
			"web_fetch",
			input,
			scopeOf(() => new Response(null, { status: 204 })),
		);
		expect(sent).toHaveLength(1);
		expect(sent[0]!.method).toBe("POST");
		expect(await sent[0]!.text()).toBe('{"name":"Ada"}');
		expect(Object.fromEntries(sent[0]!.headers)).toMatchObject({
			"content-type": "application/json",
			"idempotency-key": "call-1",
			"user-agent": expect.stringMatching(/^agentic-edge\//),
		});
		await call(
			"web_fetch",
			{ url },
			scopeOf(() => new Response("")),
		);
		expect(sent[1]!.headers.has("idempotency-key")).toBe(false);
	});

	it.each([
		"Host",
		"content-length",
		"Transfer-Encoding",
		"CF-Connecting-IP",
		"x-forwarded-for",
		"Proxy-Authorization",
	])("does not let anyone set %s", async (name) => {
		const refused = call("web_fetch", { url, headers: { [name]: "1" } });
		await expect(refused).rejects.toMatchObject({ code: "invalid_input" });
		expect(sent).toEqual([]);
	});

	it("takes prototype names for what they are", async () => {
		const headers = JSON.parse('{"__proto__":"x"}') as unknown;
		const scope = scopeOf(() => new Response("ok"));
		await call("web_fetch", { url, headers: { constructor: "x", toString: "y" } }, scope);
		expect(Object.fromEntries(sent[0]!.headers)).toMatchObject({ constructor: "x", tostring: "y" });
		const parsed = tools.get("web_fetch")!.input.safeParse({ url, headers });
		expect(Object.keys(parsed.data?.headers ?? {})).toEqual([]);
		expect(({} as Record<string, unknown>).x).toBeUndefined();
	});

	it("refuses a body where there is none", async () => {
		await expect(call("web_fetch", { url, body: "x" })).rejects.toMatchObject({ code: "invalid_input" });
	});

	it("cuts a text, never within a character", async () => {
		const answer = await call(
			"web_fetch",
			{ url, maxBytes: 5 },
			scopeOf(() => page("abcd€f", "text/plain")),
		);
		expect(answer).toMatchObject({ body: "abcd", truncated: true });
		const whole = await call(
			"web_fetch",
			{ url, maxBytes: 8 },
			scopeOf(() => page("abcd€f", "text/plain")),
		);
		expect(whole).toMatchObject({ body: "abcd€f", truncated: false });
	});

	it("answers bytes as base64, up to 256 KiB", async () => {
		const answering = (length: number) =>
			scopeOf(() => new Response(new Uint8Array(length).fill(200), { headers: { "content-type": "image/png" } }));
		const body = new Uint8Array(262_144).fill(200).toBase64();
		expect(await call("web_fetch", { url }, answering(262_144))).toMatchObject({
			encoding: "base64",
			body,
			truncated: false,
		});
		expect(await call("web_fetch", { url }, answering(262_145))).toMatchObject({
			encoding: "base64",
			body: "",
			truncated: true,
		});
	});

	it.each([
		["text", new TextEncoder().encode("plain words")],
		["base64", Uint8Array.from([1, 0, 2])],
		["base64", Uint8Array.from([0xff, 0x41])],
	])("takes a body without a type for %s by its bytes", async (encoding, bytes) => {
		expect(
			await call(
				"web_fetch",
				{ url },
				scopeOf(() => new Response(bytes)),
			),
		).toMatchObject({ encoding, contentType: null });
	});

	it("stops reading a body of 1 GB, and one that never ends", async () => {
		const { body, seen } = endless(new Uint8Array(65_536).fill(97));
		const headers = { "content-type": "text/plain" };
		const answer = await call(
			"web_fetch",
			{ url, maxBytes: 400_000 },
			scopeOf(() => new Response(body, { headers })),
		);
		expect(answer.truncated).toBe(true);
		expect(answer.body).toBe("a".repeat(400_000));
		expect(seen.cancelled).toBe(true);
		expect(seen.chunks).toBeLessThan(12);
		expect(JSON.stringify(answer).length).toBeLessThan(1_000_000);
	});

	it("gives up a body that stalls, and lets it go", async () => {
		const { body, seen } = stalled("some");
		const stuck = call(
			"web_fetch",
			{ url, timeoutMs: 100 },
			scopeOf(() => new Response(body)),
		);
		await expect(stuck).rejects.toMatchObject({
			code: "gateway_timeout",
			message: expect.not.stringContaining("secret"),
		});
		expect(seen.cancelled).toBe(true);
	});

	it("gives up a body of which a byte comes now and then", async () => {
		let timer: ReturnType<typeof setInterval>;
		const body = new ReadableStream<Uint8Array>({
			start(controller) {
				timer = setInterval(() => controller.enqueue(new Uint8Array(1)), 10);
			},
			cancel: () => clearInterval(timer),
		});
		const slow = call(
			"web_fetch",
			{ url, timeoutMs: 150 },
			scopeOf(() => new Response(body)),
		);
		await expect(slow).rejects.toMatchObject({ code: "gateway_timeout" });
	});

	it("gives up a server that does not answer, and throws a late answer away", async () => {
		const { body, seen } = stalled("late");
		const late = Promise.withResolvers<Response>();
		const waiting = call(
			"web_fetch",
			{ url, timeoutMs: 100 },
			scopeOf(() => late.promise),
		);
		await expect(waiting).rejects.toMatchObject({ code: "gateway_timeout" });
		late.resolve(new Response(body));
		await expect.poll(() => seen.cancelled).toBe(true);
	});

	it("stops when nobody waits any more", async () => {
		const caller = new AbortController();
		const { body, seen } = stalled("x");
		const waiting = call(
			"web_fetch",
			{ url },
			scopeOf(() => new Response(body), caller.signal),
		);
		setTimeout(() => caller.abort(), 20);
		await expect(waiting).rejects.toMatchObject({ code: "cancelled" });
		expect(seen.cancelled).toBe(true);
		await expect(call("web_fetch", { url }, scopeOf(noNetwork, caller.signal))).rejects.toMatchObject({
			code: "cancelled",
		});
		expect(sent).toHaveLength(1);
	});

	it("tells of a server that cannot be reached without telling path and query", async () => {
		const broken = call(
			"web_fetch",
			{ url },
			scopeOf(() => Promise.reject(new TypeError("connection lost"))),
		);
		await expect(broken).rejects.toMatchObject({ code: "bad_gateway", message: "site.example could not be reached." });
	});

	it.each([
		["text/plain; charset=iso-8859-1", [0x67, 0x72, 0xfc, 0xdf], "grüß"],
		["text/plain; charset=shift_jis", [0x93, 0xfa, 0x96, 0x7b], "日本"],
		["text/plain; charset=no-such-thing", [0x67, 0x72, 0xfc], "grü"],
		["text/plain", [0x67, 0x72, 0xc3, 0xbc], "grü"],
		["text/plain", [0x67, 0x72, 0xfc], "grü"],
		["text/plain; charset=utf-8", [0x67, 0xff, 0x72], "g\ufffdr"],
		["text/plain; charset=utf-8", [0xff, 0xfe, 0x67, 0x00], "g"],
		["text/plain; charset=iso-8859-1", [0xef, 0xbb, 0xbf, 0xc3, 0xbc], "ü"],
		["text/html", [...new TextEncoder().encode('<meta charset="iso-8859-2">'), 0xb1], '<meta charset="iso-8859-2">ą'],
		["text/html", [...new TextEncoder().encode("<meta charset=utf-16le>ü")], "<meta charset=utf-16le>ü"],
	])("reads %s %j", async (type, bytes, text) => {
		const scope = scopeOf(() => new Response(Uint8Array.from(bytes), { headers: { "content-type": type } }));
		expect((await call("web_fetch", { url }, scope)).body).toBe(text);
	});
});

describe("private addresses", () => {
	const policy = {
		allow: [],
		resolve: async (name: string) => (name === "site.example" ? ["93.184.215.14"] : ["10.0.0.1"]),
	};

	it.each(["web_fetch", "web_to_markdown"])("%s calls none", async (id) => {
		const addresses = [
			"http://127.0.0.1/",
			"http://169.254.169.254/latest/meta-data",
			"http://2130706433/",
			"http://[::1]/",
		];
		for (const address of [
			...addresses,
			"http://inside.example/",
			"http://localhost:8080/",
			"http://u:p@site.example/",
		]) {
			const scope = { ...scopeOf(noNetwork), fetch: egressFetch(policy, scopeOf(noNetwork).fetch) };
			await expect(call(id, { url: address }, scope)).rejects.toMatchObject({ code: "address_not_allowed" });
		}
		expect(sent).toEqual([]);
	});

	it.each(["web_fetch", "web_to_markdown"])("%s is not redirected to one", async (id) => {
		const send = scopeOf(
			() => new Response(null, { status: 302, headers: { location: "http://127.0.0.1/admin" } }),
		).fetch;
		const scope = { ...scopeOf(noNetwork), fetch: egressFetch(policy, send) };
		await expect(call(id, { url }, scope)).rejects.toMatchObject({ code: "address_not_allowed" });
		expect(sent).toHaveLength(1);
	});
});

const prose =
	"The committee met on Monday, and after some hours of debate it agreed, for the first time in years, on a plan. ".repeat(
		8,
	);
const article = `<!doctype html><html lang="en"><head><title>The plan &amp; its price</title>
	<meta name="author" content="Ada Lovelace"><meta property="og:site_name" content="The Paper">
	<meta property="article:published_time" content="2026-05-04T10:00:00Z">
	<style>p { color: red }</style><script>steal()</script></head><body>
	<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
	<article><h1>The plan &amp; its price</h1><p>${prose}</p><p>${prose} See <a href="../more">more</a> and
	<a href="javascript:alert(1)">this</a>.</p><img src="https://tracker.example/p.gif?c=1" alt="A chart"><p>${prose}</p>
	<script>steal()</script><iframe src="https://evil.example/"></iframe></article>
	<footer>All rights reserved</footer></body></html>`;

describe("web_to_markdown", () => {
	it("answers the article, what is known of it, and its links", async () => {
		const { markdown, ...rest } = await call(
			"web_to_markdown",
			{ url },
			scopeOf(() => page(article)),
		);
		expect(rest).toEqual({
			url,
			status: 200,
			title: "The plan & its price",
			author: "Ada Lovelace",
			siteName: "The Paper",
			publishedAt: "2026-05-04T10:00:00Z",
			language: "en",
			links: [{ text: "more", url: "https://site.example/more" }],
			truncated: false,
		});
		expect(markdown).toContain("See [more](https://site.example/more) and this.");
		expect(markdown).toContain("A chart");
		expect(markdown).not.toMatch(/steal|color: red|tracker|evil|javascript|Sport|All rights/);
	});

	it("answers the whole page, with images, where that is wanted", async () => {
		const input = { url, content: "all", images: "link" };
		const { markdown, title } = await call(
			"web_to_markdown",
			input,
			scopeOf(() => page(article)),
		);
		expect(title).toBe("The plan & its price");
		expect(markdown).toContain("[Sport](https://site.example/sport)");
		expect(markdown).toContain("All rights reserved");
		expect(markdown).toContain("![A chart](https://tracker.example/p.gif?c=1)");
		expect(markdown).not.toMatch(/steal|color: red|evil|javascript/);
	});

	it("answers a page without an article as a whole, and what an error page says", async () => {
		const scope = scopeOf(() => new Response("<p>Gone", { status: 410, headers: { "content-type": "text/html" } }));
		expect(await call("web_to_markdown", { url }, scope)).toMatchObject({ status: 410, markdown: "Gone", title: null });
		expect(
			await call(
				"web_to_markdown",
				{ url },
				scopeOf(() => page("")),
			),
		).toMatchObject({ markdown: "", links: [] });
	});

	it("cuts where it is told to", async () => {
		const answer = await call(
			"web_to_markdown",
			{ url, maxLength: 100 },
			scopeOf(() => page(article)),
		);
		expect(answer.truncated).toBe(true);
		expect(answer.markdown).toHaveLength(100);
	});

	it("passes plain text on and refuses what is no page", async () => {
		const text = await call(
			"web_to_markdown",
			{ url },
			scopeOf(() => page("# Read me", "text/markdown")),
		);
		expect(text).toMatchObject({ markdown: "# Read me", title: null });
		const pdf = call(
			"web_to_markdown",
			{ url },
			scopeOf(() => page("%PDF", "application/pdf")),
		);
		await expect(pdf).rejects.toMatchObject({ code: "invalid_input", message: expect.stringContaining("web_fetch") });
	});

	it("reads a page that never ends to 1 MiB", async () => {
		const { body, seen } = endless(new TextEncoder().encode(`<p>${"word ".repeat(13_000)}</p>`));
		const scope = scopeOf(() => new Response(body, { headers: { "content-type": "text/html" } }));
		const answer = await call("web_to_markdown", { url }, scope);
		expect(answer.truncated).toBe(true);
		expect(answer.markdown).toHaveLength(50_000);
		expect(seen.cancelled).toBe(true);
		expect(seen.chunks).toBeLessThan(24);
	});

	it("reads the beginning of a page of too many elements", async () => {
		const html = `<title>Long</title>${"<p>Word.</p>".repeat(20_000)}`;
		const answer = await call(
			"web_to_markdown",
			{ url, maxLength: 200_000 },
			scopeOf(() => page(html)),
		);
		expect(answer).toMatchObject({ title: "Long", truncated: true });
		expect(answer.markdown).toHaveLength("Word.\n\n".length * 14_999 - 2);
	});

	it("gives up a page that stalls", async () => {
		const { body } = stalled("<p>Hello");
		const stuck = call(
			"web_to_markdown",
			{ url, timeoutMs: 100 },
			scopeOf(() => new Response(body)),
		);
		await expect(stuck).rejects.toMatchObject({ code: "gateway_timeout" });
	});
});

async function markdown(html: string, options: object = {}): Promise<string> {
	return (await call("html_to_markdown", { html, ...options })).markdown;
}

describe("html_to_markdown", () => {
	it.each([
		["<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>", "-   a\n-   b\n    1.  c"],
		['<pre><code class="language-js">if (a < b) {}\n</code></pre>', "```js\nif (a < b) {}\n```"],
		["<p>a <code>b`c</code></p>", "a ``b`c``"],
		["<pre>a  b\n  <i>&lt;script&gt;</i>\n</pre>", "```\na  b\n  <script>\n```"],
		["<pre><code>```\n&lt;b></code></pre>", "````\n```\n<b>\n````"],
		["<blockquote><p>a</p></blockquote><hr>", "> a\n\n---"],
		["plain text", "plain text"],
		["", ""],
		["<a href='/x'><h3>Card</h3><p>with text</p></a>", "[Card with text](/x)"],
		["<a href='/x'><img src='i.png' alt='Icon'></a><a href='/y'></a>", "[Icon](/x)"],
	])("%s", async (html, expected) => {
		expect(await markdown(html)).toBe(expected);
	});

	it("makes tables of data, and blocks of tables for layout", async () => {
		const html =
			"<table><thead><tr><th>A|B<th></tr></thead><tr><td>1<br>2<td><a href='https://x.example/'>x</a></table>";
		expect(await markdown(html)).toBe("| A\\|B | |\n| --- | --- |\n| 1 2 | [x](https://x.example/) |");
		expect(await markdown("<table><tr><td><p>One</p></td></tr><tr><td><p>Two</p></td></tr></table>")).toBe(
			"One\n\nTwo",
		);
	});

	it.each([
		"<script>alert(1)</script>",
		"<SCRIPT src=//evil.example/x.js></SCRIPT>",
		"<style>body{}</style>",
		"<noscript>alert(1)</noscript>",
		"<template>alert(1)</template>",
		"<svg onload=alert(1)><script>alert(1)</script><text>alert(1)</text></svg>",
		"<iframe srcdoc='<script>alert(1)</script>'></iframe>",
		"<object data='x'>alert(1)</object>",
		"<div hidden>alert(1)</div>",
		"<div style='color:red; display : none'>alert(1)</div>",
		"<!-- alert(1) -->",
		"<button>alert(1)</button><textarea>alert(1)</textarea>",
		"<script type='application/ld+json'>alert(1)</script>",
	])("leaves out %s", async (html) => {
		expect(await markdown(`<p>before</p>${html}<p>after</p>`)).toBe("before\n\nafter");
	});

	it("lets no text of a page act as HTML or as a link", async () => {
		expect(await markdown("<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;b&gt; 1 &lt; 2")).toBe(
			String.raw`\<script>alert(1)\</script> \&lt;b> 1 < 2`,
		);
		expect(await markdown("<p>&lt;<span>script</span>&gt;")).toBe(String.raw`\<script\>`);
		expect(await markdown("<p>&lt;<svg></svg>b&gt; 1 &lt; 2")).toBe(String.raw`\<b> 1 < 2`);
		expect(await markdown("<p>[x](javascript:alert(1))")).toBe(String.raw`\[x\](javascript:alert(1))`);
		expect(await markdown('<img alt="](javascript:1) <script>" src="https://x.example/i">', { images: "link" })).toBe(
			String.raw`![\](javascript:1) \<script>](https://x.example/i)`,
		);
	});

	it.each([
		"javascript:alert(1)",
		" java\nscript:alert(1)",
		"data:text/html,x",
		"vbscript:x",
		"file:///etc/passwd",
		"blob:x",
	])("unlinks %j", async (href) => {
		expect(await markdown(`<a href="${href}">click</a>`)).toBe("click");
		expect(await markdown(`<a href="${href}">click</a>`, { baseUrl: "https://x.example/" })).toBe("click");
	});

	it("resolves links against the page, and the page's own base", async () => {
		const baseUrl = "https://x.example/a/b";
		expect(await markdown("<a href='c?d=(1)#e'>c</a>", { baseUrl })).toBe("[c](https://x.example/a/c?d=%281%29#e)");
		expect(await markdown("<base href='/z/'><a href='c'>c</a>", { baseUrl })).toBe("[c](https://x.example/z/c)");
		expect(await markdown("<base href='javascript:1'><a href='c'>c</a>", { baseUrl })).toBe("c");
		expect(await markdown("<a href='c d'>c</a>")).toBe("[c](c%20d)");
	});

	it("shows images by their alternative text, unless told otherwise", async () => {
		const html = "<p>See <img src='/i.png' alt='a [map]'>.</p><img src='data:image/png;base64,x' alt='dot'>";
		expect(await markdown(html)).toBe("See a \\[map\\].\n\ndot");
		expect(await markdown(html, { images: "link", baseUrl: "https://x.example" })).toBe(
			"See ![a \\[map\\]](https://x.example/i.png).\n\ndot",
		);
	});

	it.each([
		["<p>a<p>b<div>c", "a\n\nb\n\nc"],
		["</p></div><b>x", "**x**"],
		["<b><i>x</b>y</i>", "***x***y"],
		["<body><p>a</body></html><p>b", "a\n\nb"],
		["<title>t</title><p>a", "a"],
		["<p>a</p><html><head><title>t</title></head><body>b</body></html>", "a\n\nb"],
		["<a href=x", ""],
		["<<<>>>", String.raw`\<\<\<>>>`],
		["a\0b", "a\0b"],
		["<div __proto__=x constructor=y><constructor>z</constructor></div>", "z"],
	])("makes the best of %j", async (html, expected) => {
		expect(await markdown(html)).toBe(expected);
	});

	it.each([
		["<div>".repeat(100_000)],
		["<b>".repeat(201)],
		["<p><td>".repeat(50_000)],
		["<br>".repeat(30_001)],
		["<!---->".repeat(30_001)],
		["<wbr>".repeat(15_001)],
		["<".repeat(1_000_000)],
		["&lt;".repeat(100_001)],
	])("refuses what would take too long", async (html) => {
		await expect(markdown(html)).rejects.toMatchObject({ code: "invalid_input" });
	});

	it.each([
		["empty towers", `${"<b><i> ".repeat(90)}${"</i></b>".repeat(90)}`.repeat(80), ""],
		["deep text", `${"<div>".repeat(190)}x${"</div>".repeat(190)}`.repeat(70), Array(70).fill("x").join("\n\n")],
		["flat", "<br>".repeat(14_000), ""],
		["entities", "&lt;".repeat(100_000), String.raw`\<`.repeat(100_000)],
		["a link of lines", `<a href=/x>x${"<br>".repeat(14_000)}</a>`, "[x](/x)"],
	])("survives %s", async (_name, html, expected) => {
		expect(await markdown(html)).toBe(expected);
	});

	it("answers any tags with Markdown or a refusal, and without what scripts say", async () => {
		const tag = fc.constantFrom(
			...[
				"<p>",
				"</p>",
				"<table>",
				"<tr>",
				"<td>",
				"<td",
				"</table>",
				"<svg>",
				"</svg>",
				"<svg class=a>",
				"<script>STEAL",
			],
			...[
				"</script>",
				"<html>",
				"<body class=x>",
				"<head>",
				"</html>",
				"<a href='javascript:STEAL'>",
				"<a href=/x>",
				"<li>",
			],
			...["<img alt=y src=x>", "<template>", "<title>", "<!doctype html>", "<![CDATA[x]]>", "<?x?>", "text"],
			...[
				"<style>",
				"</style>",
				"<select><option>",
				"<frameset>",
				"<is=x is=y>",
				"<x-y>",
				"&lt;script&gt;",
				"\n",
				"<base href=//z>",
			],
		);
		await fc.assert(
			fc.asyncProperty(fc.array(tag, { maxLength: 40 }), async (tags) => {
				const result = await markdown(tags.join(""));
				return !/(^|[^\\])<script/i.test(result) && !result.includes("javascript:");
			}),
			{ numRuns: 500 },
		);
	});
});

describe("html_extract", () => {
	const shop = `<html><head><title>Shop</title><script type="application/ld+json">{"price":3}</script></head>
		<body class="dark"><div class="item" id="1"><h2>Tea</h2><span>3</span> <b>EUR</b><style>x{}</style></div>
		<div class="item" id="2" data-note="a"><h2>Milk</h2><script>hide()</script></div></body></html>`;
	const extract = (selector: string, rest: object = {}) => call("html_extract", { html: shop, selector, ...rest });

	it.each([
		[".item h2", ["Tea", "Milk"]],
		[".item", ["Tea 3 EUR", "Milk"]],
		["body.dark > .item:nth-child(2)", ["Milk"]],
		["head > title", ["Shop"]],
		["html > body > div:has(span) h2", ["Tea"]],
		["script[type='application/ld+json']", ['{"price":3}']],
		["#none", []],
		["h2 + span, h2 ~ b", ["3", "EUR"]],
		["body > :not([data-note])", ["Tea 3 EUR"]],
	])("finds %s", async (selector, texts) => {
		const { matches, total } = await extract(selector);
		expect(matches.map((match: { text: string }) => match.text)).toEqual(texts);
		expect(total).toBe(texts.length);
	});

	it("answers the attributes that are there", async () => {
		const attributes = ["id", "data-note", "constructor", "__proto__"];
		expect((await extract(".item", { attributes })).matches.map((match: object) => match)).toEqual([
			{ text: "Tea 3 EUR", attributes: { id: "1" } },
			{ text: "Milk", attributes: { id: "2", "data-note": "a" } },
		]);
	});

	it("tells how many there are beyond the limit", async () => {
		expect(await extract("div", { limit: 1 })).toMatchObject({
			matches: [{ text: "Tea 3 EUR" }],
			total: 2,
			truncated: true,
		});
	});

	it("keeps long texts and many matches within what a result may be", async () => {
		const html = `<p title="${"t".repeat(3_000)}">${"x".repeat(1_600)}</p>`.repeat(490);
		const answer = await call("html_extract", {
			html: html.slice(0, 1_000_000),
			selector: "p",
			attributes: ["title"],
			limit: 500,
		});
		expect(answer.truncated).toBe(true);
		expect(answer.matches[0].attributes.title).toHaveLength(2_000);
		expect(JSON.stringify(answer).length).toBeLessThan(450_000);
	});

	it.each(["[", "a:", "::", "div:nope(", ":unknown-thing", "a,,b", "!"])(
		"refuses the selector %j",
		async (selector) => {
			await expect(extract(selector)).rejects.toMatchObject({ code: "invalid_input" });
		},
	);

	it.each([
		":nth-child(2)",
		"br ~ br",
		"br + br",
		":nth-last-of-type(1)",
		":only-child",
		":n\\74h-child(2)",
		":NTH-CHILD(2)",
	])("does not compare the siblings of a huge page for %s", async (selector) => {
		const huge = call("html_extract", { html: "<br>".repeat(14_000), selector });
		await expect(huge).rejects.toMatchObject({ code: "invalid_input" });
	});

	it.each([":has(:has(a))", ":has(a):has(b)", "a:nth-child(1):has(b)"])("refuses the costly %s", async (selector) => {
		await expect(extract(selector)).rejects.toMatchObject({ code: "invalid_input" });
	});

	it("refuses what would take too long to parse", async () => {
		const deep = call("html_extract", { html: "<div>".repeat(100_000), selector: "a" });
		await expect(deep).rejects.toMatchObject({ code: "invalid_input" });
	});
});

describe("web_search", () => {
	const brave = byId(webTools({ search: { kind: "brave", apiKey: "key-1" } }));
	const searxng = byId(webTools({ search: { kind: "searxng", baseUrl: "https://find.example/sx" } }));
	const json = (value: unknown, init?: ResponseInit) => scopeOf(() => Response.json(value, init));
	const query = { query: "tea & milk" };

	it.each([{}, { search: { kind: "brave" as const } }, { search: { kind: "searxng" as const, apiKey: "x" } }])(
		"says what to set where %j is all there is",
		async (settings) => {
			const unset = call("web_search", query, scopeOf(noNetwork), byId(webTools(settings)));
			await expect(unset).rejects.toMatchObject({
				code: "provider_not_configured",
				message: expect.stringMatching(/SEARCH_PROVIDER.*SEARCH_API_KEY.*SEARCH_URL/),
			});
		},
	);

	it("asks Brave Search", async () => {
		const results = [
			{
				title: "Tea &amp; <strong>milk</strong>",
				url: "https://a.example/",
				description: "It&#x27;s <strong>tea</strong>",
				page_age: "2026-01-02T03:04:05",
			},
			{ title: "No snippet", url: "https://b.example/", profile: { name: "b" } },
			{ title: "Bad", url: "javascript:alert(1)", description: "x" },
		];
		const input = { ...query, count: 5, page: 3, language: "de", timeRange: "week", safeSearch: "strict" };
		expect(await call("web_search", input, json({ type: "search", web: { results } }), brave)).toEqual({
			results: [
				{ title: "Tea & milk", url: "https://a.example/", snippet: "It's tea", publishedAt: "2026-01-02T03:04:05" },
				{ title: "No snippet", url: "https://b.example/", snippet: "", publishedAt: null },
			],
		});
		const asked = new URL(sent[0]!.url);
		expect(asked.origin + asked.pathname).toBe("https://api.search.brave.com/res/v1/web/search");
		expect(Object.fromEntries(asked.searchParams)).toEqual({
			...{ q: "tea & milk", count: "5", offset: "2", safesearch: "strict" },
			...{ result_filter: "web", search_lang: "de", freshness: "pw" },
		});
		expect(sent[0]!.headers.get("x-subscription-token")).toBe("key-1");
	});

	it("takes an answer of Brave without web results for none", async () => {
		expect(await call("web_search", query, json({ type: "search" }), brave)).toEqual({ results: [] });
	});

	it("asks SearXNG", async () => {
		const results = [
			{ title: "Tea <b>", url: "https://a.example/", content: "About tea", publishedDate: null, engine: "x" },
			{ title: "More", url: "https://b.example/", content: "", publishedDate: "2026-01-02T00:00:00" },
			{ title: "Too much", url: "https://c.example/" },
		];
		const input = { ...query, count: 2, page: 2, timeRange: "month", safeSearch: "off" };
		expect(await call("web_search", input, json({ query: "x", results, number_of_results: 0 }), searxng)).toEqual({
			results: [
				{ title: "Tea <b>", url: "https://a.example/", snippet: "About tea", publishedAt: null },
				{ title: "More", url: "https://b.example/", snippet: "", publishedAt: "2026-01-02T00:00:00" },
			],
		});
		const asked = new URL(sent[0]!.url);
		expect(asked.origin + asked.pathname).toBe("https://find.example/sx/search");
		expect(Object.fromEntries(asked.searchParams)).toEqual({
			...{ q: "tea & milk", format: "json", pageno: "2", safesearch: "0", time_range: "month" },
		});
	});

	it.each([
		[401, {}, "bad_gateway", /SEARCH_API_KEY/],
		[429, {}, "rate_limited", /no more searches/],
		[500, {}, "bad_gateway", /status 500/],
		[200, { web: { results: "none" } }, "bad_gateway", /did not answer with search results/],
		[200, [], "bad_gateway", /did not answer with search results/],
	])("tells of status %d with %j", async (status, body, code, message) => {
		const failed = call("web_search", query, json(body, { status, headers: { "retry-after": "7" } }), brave);
		const error = await failed.catch((thrown: unknown) => thrown);
		expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
		expect(String(error)).not.toContain("key-1");
		if (status === 429) expect(error).toMatchObject({ details: { retryAfter: 7 } });
	});

	it("says what SearXNG needs where it refuses JSON", async () => {
		const refused = call(
			"web_search",
			query,
			scopeOf(() => new Response("Forbidden", { status: 403 })),
			searxng,
		);
		await expect(refused).rejects.toMatchObject({
			code: "bad_gateway",
			message: expect.stringContaining("search.formats"),
		});
	});

	it("cuts an engine off that never ends", async () => {
		const { body, seen } = endless(new Uint8Array(65_536).fill(32));
		await expect(
			call(
				"web_search",
				query,
				scopeOf(() => new Response(body)),
				brave,
			),
		).rejects.toMatchObject({ code: "bad_gateway" });
		expect(seen.cancelled).toBe(true);
	});

	it("follows no redirect with the key", async () => {
		const send = scopeOf(
			() => new Response(null, { status: 302, headers: { location: "https://evil.example/" } }),
		).fetch;
		const scope = {
			...scopeOf(noNetwork),
			fetch: egressFetch({ allow: [], resolve: async () => ["93.184.215.14"] }, send),
		};
		await expect(call("web_search", query, scope, brave)).rejects.toMatchObject({ code: "address_not_allowed" });
		expect(sent).toHaveLength(1);
	});
});
