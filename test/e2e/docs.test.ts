import { expect, inject, test } from "vitest";
import { ApiClient, type Json } from "../../scripts/api-client.ts";

const { url } = inject("platform");
const api = new ApiClient(url);

test("/docs loads nothing from elsewhere, and everything that it loads is there", async () => {
	const page = await api.fetch("GET", "/docs");
	expect(page.status).toBe(200);
	expect(page.headers.get("content-type")).toContain("text/html");
	const policy = page.headers.get("content-security-policy") ?? "";
	expect(policy).toContain("default-src 'none'");
	expect(policy).toContain("script-src 'self'");
	expect(policy).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe-inline/);
	const html = await page.text();
	const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? "");
	expect(links.length).toBeGreaterThan(2);
	expect(html).not.toMatch(/<script>|<script [^>]*>[^<]/);
	for (const link of links) {
		expect(link).toMatch(/^\/docs\//);
		const file = await api.fetch("GET", link);
		expect([link, file.status]).toEqual([link, 200]);
		expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(50);
	}
	expect(await (await api.fetch("GET", "/docs/start.js")).text()).toContain('"/openapi.json"');
});

test("/docs/ and / lead there, and nothing else of the folder does", async () => {
	expect((await api.fetch("GET", "/docs/")).status).toBe(200);
	expect((await api.fetch("GET", "/")).url).toBe(`${url}/docs`);
	expect((await api.fetch("GET", "/docs/swagger-ui.css.map")).status).toBe(404);
	expect((await api.fetch("GET", "/docs/..%2f..%2fpackage.json")).status).toBe(404);
});

test("/openapi.json is an OpenAPI 3.1 document of what exists", async () => {
	const document = await api.call("GET", "/openapi.json");
	expect(document.openapi).toMatch(/^3\.1\.\d+$/);
	expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
	expect(document.servers).toEqual([{ url }]);
	for (const reference of referencesIn(document))
		expect([reference, find(document, reference)]).toEqual([reference, expect.anything()]);

	const operations = operationsOf(document);
	expect(operations.length).toBeGreaterThan(35);
	for (const { name, path, operation } of operations) {
		expect([name, operation]).toEqual([
			name,
			expect.objectContaining({
				summary: expect.stringMatching(/\w/),
				tags: [expect.any(String)],
				"x-policy": expect.stringMatching(/^(public|read|run|write|admin)$/),
				responses: expect.objectContaining({ default: expect.anything() }),
			}),
		]);
		const named = new Set([...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter));
		const declared = (operation.parameters ?? []).filter((parameter: Json) => parameter.in === "path");
		expect([name, new Set(declared.map((parameter: Json) => parameter.name))]).toEqual([name, named]);
	}
	const ids = operations.flatMap(({ operation }) => operation.operationId ?? []);
	expect(new Set(ids).size).toBe(ids.length);
});

test("no path of the document is unbuilt, and nothing is documented for empty services", async () => {
	const { paths } = await api.call("GET", "/openapi.json");
	const resources = new Set(Object.keys(paths).map((path) => path.split("/").slice(1, 4).join("/")));
	expect([...resources].filter((path) => /orchestration|queries/.test(path))).toEqual([]);
	const { health, ...rest } = Object.fromEntries(Object.entries(paths).filter(([path]) => path === "/health"));
	expect([health, rest]).toEqual([undefined, {}]);
});

interface Operation {
	name: string;
	path: string;
	operation: Json;
}

function operationsOf({ paths }: Json): Operation[] {
	return Object.entries<Json>(paths).flatMap(([path, item]) =>
		Object.entries<Json>(item).map(([method, operation]) => ({ name: `${method} ${path}`, path, operation })),
	);
}

function referencesIn(value: Json): string[] {
	if (typeof value !== "object" || value === null) return [];
	return Object.entries(value).flatMap(([key, item]) =>
		key === "$ref" && typeof item === "string" ? [item] : referencesIn(item),
	);
}

/** RFC 6901. */
function find(document: Json, reference: string): unknown {
	const path = reference.replace(/^#\//, "").split("/");
	return path.reduce((value, key) => value?.[key.replaceAll("~1", "/").replaceAll("~0", "~")], document);
}
