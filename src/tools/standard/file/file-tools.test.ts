import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ToolScope } from "#tools/standard/standard-tool";
import { fileLimits, FileStore } from "./file-store.ts";
import { filePath } from "./file-path.ts";
import { fileTools } from "./file-tools.ts";

let users = 0;
const newUser = () => `usr_files_${++users}`;

const tools = new Map(fileTools(new FileStore(env.FILES)).map((tool) => [tool.id, tool]));

function scopeOf(userId: string): ToolScope {
	return {
		caller: { userId, role: "user", requestId: "req_1", traceparent: "" },
		signal: new AbortController().signal,
		idempotencyKey: "key",
		timeoutMs: 30_000,
		now: () => new Date(),
		fetch: () => Promise.reject(new Error("File tools call nobody.")),
	};
}

/** Through both schemas, as a caller gets it. */
async function call(id: string, userId: string, input: unknown, by = tools): Promise<any> {
	const tool = by.get(id)!;
	return tool.output.parse(await tool.run(tool.input.parse(input) as never, scopeOf(userId)));
}

describe("examples", () => {
	it.each([...tools.values()].flatMap((tool) => tool.examples.map((example) => ({ tool, ...example }))))(
		"$tool.id: $title",
		({ tool, input }) => {
			expect(tool.input.safeParse(input).error).toBeUndefined();
		},
	);

	it("names five tools, of which two write", () => {
		expect([...tools.keys()]).toEqual(["file_write", "file_read", "file_list", "file_delete", "file_info"]);
		expect([...tools.values()].filter((tool) => tool.writes).map((tool) => tool.id)).toEqual([
			"file_write",
			"file_delete",
		]);
	});
});

describe("writing and reading", () => {
	it("gives text back, with its type and size", async () => {
		const user = newUser();
		const written = await call("file_write", user, { path: "notes/todo.md", content: "Grüße 👋" });
		expect(written).toMatchObject({ path: "notes/todo.md", size: 12, contentType: "text/markdown" });
		expect(await call("file_read", user, { path: "notes/todo.md" })).toEqual({
			...written,
			encoding: "text",
			content: "Grüße 👋",
			truncated: false,
			nextOffset: 8,
		});
		expect(await call("file_info", user, { path: "notes/todo.md" })).toEqual(written);
	});

	it("gives bytes back as base64", async () => {
		const user = newUser();
		const content = Uint8Array.from([0, 255, 128, 7]).toBase64();
		const written = await call("file_write", user, { path: "x", content, encoding: "base64" });
		expect(written).toMatchObject({ size: 4, contentType: "application/octet-stream" });
		expect(await call("file_read", user, { path: "x" })).toMatchObject({ encoding: "base64", content });
		expect(await call("file_read", user, { path: "x", encoding: "text" })).toMatchObject({
			content: "\0\ufffd\ufffd\u0007",
		});
	});

	it("keeps an empty file", async () => {
		const user = newUser();
		await call("file_write", user, { path: "empty.txt", content: "" });
		expect(await call("file_read", user, { path: "empty.txt" })).toMatchObject({
			size: 0,
			content: "",
			truncated: false,
		});
	});

	it("takes the content type it is given", async () => {
		const user = newUser();
		const input = { path: "a.txt", content: "a,b", contentType: "text/csv" };
		expect(await call("file_write", user, input)).toMatchObject({ contentType: "text/csv" });
	});

	it("reads in parts, never between the halves of a character", async () => {
		const user = newUser();
		await call("file_write", user, { path: "a", content: "ab👋👋c" });
		const parts: string[] = [];
		let offset = 0;
		for (let truncated = true; truncated;) {
			const part = await call("file_read", user, { path: "a", offset, length: 3 });
			parts.push(part.content);
			({ truncated, nextOffset: offset } = part);
		}
		expect(parts).toEqual(["ab", "👋", "👋c"]);
		const bytes = await call("file_read", user, { path: "a", encoding: "base64", offset: 1, length: 2 });
		expect(bytes).toMatchObject({ content: Uint8Array.from([98, 0xf0]).toBase64(), truncated: true, nextOffset: 3 });
		expect(await call("file_read", user, { path: "a", offset: 100 })).toMatchObject({ content: "", truncated: false });
	});

	it("replaces a file, and the same call twice leaves one state", async () => {
		const user = newUser();
		await call("file_write", user, { path: "a.txt", content: "old and longer" });
		const first = await call("file_write", user, { path: "a.txt", content: "new" });
		const second = await call("file_write", user, { path: "a.txt", content: "new" });
		expect(second.etag).toBe(first.etag);
		expect(await call("file_read", user, { path: "a.txt" })).toMatchObject({ content: "new", size: 3 });
		expect((await call("file_list", user, {})).files).toHaveLength(1);
	});

	it("deletes, once and again", async () => {
		const user = newUser();
		await call("file_write", user, { path: "a.txt", content: "a" });
		expect(await call("file_delete", user, { path: "a.txt" })).toEqual({ path: "a.txt", deleted: true });
		expect(await call("file_delete", user, { path: "a.txt" })).toEqual({ path: "a.txt", deleted: false });
		for (const id of ["file_read", "file_info"]) {
			await expect(call(id, user, { path: "a.txt" })).rejects.toMatchObject({ code: "not_found" });
		}
	});

	it("refuses what is not base64", async () => {
		const input = { path: "x", content: "not base64!", encoding: "base64" };
		await expect(call("file_write", newUser(), input)).rejects.toMatchObject({ code: "invalid_input" });
	});

	it.each([
		["file_write", { path: "a" }],
		["file_write", { path: "a", content: 1 }],
		["file_write", { path: "a", content: "x", encoding: "utf7" }],
		["file_write", { path: "a", content: "x", contentType: "text/html\r\nx: y" }],
		["file_write", { path: "a", content: "x", owner: "usr_other" }],
		["file_write", { path: "", content: "x" }],
		["file_read", { path: "a", offset: -1 }],
		["file_read", { path: "a", length: 1e9 }],
		["file_list", { limit: 0 }],
		["file_list", { limit: 501 }],
	])("%s refuses %j", (id, input) => {
		expect(tools.get(id)!.input.safeParse(input).success).toBe(false);
	});
});

describe("paths", () => {
	const attacks = [
		...["../x", "a/../../b", "..", ".", "a/./b", "a/..", "./a", "/etc/passwd", "//a", "a//b", "a/", "/"],
		...["a\0b", "a\nb", "a\u007fb", "a\u0085b", "a\u2028b", "..\\..\\x", "C:\\x", "a\\b"],
		...["%2e%2e/x", "a/%2E%2E/b", "%2fetc", "a%5cb", "a%00b"],
		...["．．/x", "․․/x", "a／b", "a∕b", "a⁄b", "a⧸b", "a＼b", "a﹨b", "‥/x", "a℀b"],
		...["a\u202etxt.exe", "a\u200bb", "\ufeffa", "\ud800", "a\udc00"],
		...[" a", "a ", "a/ b", "a /b", "\u00a0a", "\u3000"],
		...["a/".repeat(10) + "b", "ﷺ".repeat(201)],
	];

	it.each(attacks)("refuses %j in every tool", async (path) => {
		const user = newUser();
		const store = new FileStore(env.FILES);
		const refused = { code: "invalid_input" };
		await expect(store.write(user, path, new Uint8Array(), "text/plain")).rejects.toMatchObject(refused);
		await expect(store.read(user, path)).rejects.toMatchObject(refused);
		await expect(store.info(user, path)).rejects.toMatchObject(refused);
		await expect(store.delete(user, path)).rejects.toMatchObject(refused);
		await expect(store.list(user, { cursor: path })).rejects.toMatchObject(refused);
	});

	it.each(["../", "..", "/", "a//", "%2e%2e/", "a\0"])("refuses the prefix %j", async (prefix) => {
		await expect(call("file_list", newUser(), { prefix })).rejects.toMatchObject({ code: "invalid_input" });
	});

	it.each([
		"__proto__",
		"constructor",
		"toString",
		"hasOwnProperty/x",
		"...",
		".env",
		"a..b",
		"100%.txt",
		"日本/レポート.txt",
		"👩‍💻.md",
	])("keeps %j apart as an ordinary name", async (path) => {
		const user = newUser();
		await expect(call("file_read", user, { path })).rejects.toMatchObject({ code: "not_found" });
		await call("file_write", user, { path, content: path });
		expect(await call("file_read", user, { path })).toMatchObject({ path, content: path });
		expect((await call("file_list", user, {})).files.map((file: { path: string }) => file.path)).toEqual([path]);
	});

	it("takes both Unicode spellings of a name for one", async () => {
		const user = newUser();
		await call("file_write", user, { path: "cafe\u0301.txt", content: "1" });
		await call("file_write", user, { path: "caf\u00e9.txt", content: "2" });
		const { files } = await call("file_list", user, {});
		expect(files).toMatchObject([{ path: "caf\u00e9.txt", size: 1 }]);
	});

	it("takes 200 characters and ten segments, and one more of neither", () => {
		expect(filePath("ア".repeat(200))).toHaveLength(200);
		expect(() => filePath("ア".repeat(201))).toThrow("200 characters");
		expect(filePath("a/a/a/a/a/a/a/a/a/a")).toHaveLength(19);
		expect(() => filePath("a/a/a/a/a/a/a/a/a/a/a")).toThrow("10 segments");
	});

	it("answers any text with a path that stays the same, or a refusal", () => {
		const text = fc.oneof(
			fc.string({ unit: "binary" }),
			fc.array(fc.constantFrom("..", ".", "/", "\\", "a", "%2e", "．", "\0", " ")).map((parts) => parts.join("")),
		);
		fc.assert(
			fc.property(text, (given) => {
				let path: string;
				try {
					path = filePath(given);
				} catch (error) {
					return (error as { code?: string }).code === "invalid_input";
				}
				const url = new URL(`https://x.invalid/files/u/${path.split("/").map(encodeURIComponent).join("/")}`);
				return filePath(path) === path && url.pathname.startsWith("/files/u/") && !path.split("/").includes("..");
			}),
			{ numRuns: 500 },
		);
	});
});

describe("owners", () => {
	it("never sees another owner's files", async () => {
		const [ada, bob] = [newUser(), newUser()];
		await call("file_write", ada, { path: "secret.txt", content: "of Ada" });
		for (const id of ["file_read", "file_info"]) {
			await expect(call(id, bob, { path: "secret.txt" })).rejects.toMatchObject({ code: "not_found" });
		}
		expect(await call("file_list", bob, {})).toEqual({ files: [], cursor: null });
		expect(await call("file_delete", bob, { path: "secret.txt" })).toMatchObject({ deleted: false });
		await call("file_write", bob, { path: "secret.txt", content: "of Bob" });
		expect(await call("file_read", ada, { path: "secret.txt" })).toMatchObject({ content: "of Ada" });
	});

	it("keeps owners apart whose ids begin alike or look like paths", async () => {
		const id = newUser();
		await call("file_write", id, { path: "x/y", content: "1" });
		for (const other of [`${id}/x`, `${id}2`, id.slice(0, -1), `${id}/../${id}`]) {
			expect(await call("file_list", other, {})).toEqual({ files: [], cursor: null });
			await expect(call("file_read", other, { path: "y" })).rejects.toMatchObject({ code: "not_found" });
		}
	});
});

describe("listing", () => {
	it("pages in order, within a prefix", async () => {
		const user = newUser();
		for (const path of ["b/2", "a", "b/1", "b/3", "bc", "c"]) await call("file_write", user, { path, content: path });
		const seen: string[][] = [];
		let cursor: string | null = "";
		while (cursor !== null) {
			const page: { files: { path: string }[]; cursor: string | null } = await call("file_list", user, {
				limit: 2,
				cursor,
			});
			seen.push(page.files.map((file) => file.path));
			({ cursor } = page);
		}
		expect(seen).toEqual([
			["a", "b/1"],
			["b/2", "b/3"],
			["bc", "c"],
		]);
		const paths = async (prefix: string) =>
			(await call("file_list", user, { prefix })).files.map((file: { path: string }) => file.path);
		expect(await paths("b/")).toEqual(["b/1", "b/2", "b/3"]);
		expect(await paths("b")).toEqual(["b/1", "b/2", "b/3", "bc"]);
		expect(await paths("none/")).toEqual([]);
	});
});

describe("limits", () => {
	const small = new FileStore(env.FILES, { maxFileBytes: 10, maxTotalBytes: 25, maxFiles: 4 });
	const bytes = (length: number) => new Uint8Array(length);

	it("takes a file of 1 MiB and not one byte more", async () => {
		const user = newUser();
		const content = "x".repeat(fileLimits.maxFileBytes);
		expect(await call("file_write", user, { path: "big", content })).toMatchObject({ size: 1_048_576 });
		const tooLarge = { path: "big", content: `${content.slice(1)}é` };
		await expect(call("file_write", user, tooLarge)).rejects.toMatchObject({ code: "payload_too_large" });
		const part = await call("file_read", user, { path: "big", length: 400_000 });
		expect(part).toMatchObject({ truncated: true, nextOffset: 400_000 });
		expect(JSON.stringify(part).length).toBeLessThan(1_000_000);
		const raw = await call("file_read", user, { path: "big", encoding: "base64", length: 400_000 });
		expect(JSON.stringify(raw).length).toBeLessThan(1_000_000);
	});

	it("counts the bytes of all files, and of an overwritten one the difference", async () => {
		const user = newUser();
		await small.write(user, "a", bytes(10), "x/y");
		await small.write(user, "b", bytes(10), "x/y");
		await expect(small.write(user, "c", bytes(6), "x/y")).rejects.toMatchObject({ code: "limit_exceeded" });
		await small.write(user, "a", bytes(9), "x/y");
		await small.write(user, "c", bytes(6), "x/y");
		await expect(small.write(user, "a", bytes(10), "x/y")).rejects.toMatchObject({ code: "limit_exceeded" });
		expect(await small.info(user, "a")).toMatchObject({ size: 9 });
		await small.delete(user, "b");
		await small.write(user, "a", bytes(10), "x/y");
	});

	it("counts the files, each owner's by themselves", async () => {
		const [ada, bob] = [newUser(), newUser()];
		for (const path of ["a", "b", "c", "d"]) await small.write(ada, path, bytes(1), "x/y");
		await expect(small.write(ada, "e", bytes(1), "x/y")).rejects.toMatchObject({ code: "limit_exceeded" });
		await small.write(ada, "d", bytes(2), "x/y");
		await small.write(bob, "e", bytes(1), "x/y");
	});

	it("holds for more files than R2 lists at once", async () => {
		const user = newUser();
		const inPairs = (options?: R2ListOptions) => env.FILES.list({ ...options, limit: 2 });
		const bucket = new Proxy(env.FILES, {
			get: (target, key: keyof R2Bucket) => (key === "list" ? inPairs : target[key].bind(target)),
		});
		const paged = new FileStore(bucket, { maxFileBytes: 10, maxTotalBytes: 7, maxFiles: 6 });
		for (const path of ["a", "b", "c", "d", "e"]) await paged.write(user, path, bytes(1), "x/y");
		await expect(paged.write(user, "c", bytes(4), "x/y")).rejects.toMatchObject({ code: "limit_exceeded" });
		await paged.write(user, "c", bytes(2), "x/y");
		await paged.write(user, "f", bytes(1), "x/y");
		await expect(paged.write(user, "g", bytes(0), "x/y")).rejects.toMatchObject({ code: "limit_exceeded" });
	});

	it("allows an owner 100 MiB in 1,000 files", () => {
		expect(fileLimits).toEqual({ maxFileBytes: 2 ** 20, maxTotalBytes: 100 * 2 ** 20, maxFiles: 1_000 });
	});
});
