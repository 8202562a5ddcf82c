/** Documents through the API: indexes to put them in, uploads as a browser sends them, and searches for them. */
import { randomUUID } from "node:crypto";
import { expect, vi } from "vitest";
import type { ApiClient, Json } from "../../scripts/api-client.ts";

export type Files = Record<string, string | Uint8Array>;

interface UploadOptions {
	metadata?: object;
	/** `Prefer`: how long the answer may wait for the processing. */
	prefer?: string;
}

export async function newIndex(api: ApiClient, fields: object = {}): Promise<string> {
	return (await api.call("POST", "/api/v1/indexes", { name: `Index ${randomUUID()}`, ...fields })).id;
}

/** Files in a form, under the names they have here. */
export async function uploadFiles(
	api: ApiClient,
	indexId: string,
	files: Files,
	{ metadata, prefer = "wait=30" }: UploadOptions = {},
): Promise<Response> {
	const form = new FormData();
	form.set("indexId", indexId);
	if (metadata) form.set("metadata", JSON.stringify(metadata));
	for (const [name, content] of Object.entries(files)) form.append("files", new Blob([Buffer.from(content)]), name);
	return await fetch(`${api.url}/api/v1/documents/upload`, {
		method: "POST",
		headers: { authorization: `Bearer ${api.token}`, prefer },
		body: form,
	});
}

/** One document of these bytes, once it is processed. */
export async function newDocument(
	api: ApiClient,
	indexId: string,
	text: string,
	fields: object = {},
	prefer = "wait=30",
): Promise<Json> {
	return await api.call("POST", "/api/v1/documents", { indexId, text, name: "note.txt", ...fields }, { prefer });
}

export async function searchFor(api: ApiClient, query: string, more: object = {}): Promise<Json[]> {
	return (await api.call("POST", "/api/v1/search", { query, ...more })).results;
}

/** The document, once it stands so. */
export async function untilStatus(api: ApiClient, id: string, status: string, timeout = 30_000): Promise<Json> {
	return await vi.waitFor(
		async () => {
			const document = await api.call("GET", `/api/v1/documents/${id}`);
			expect(document.status, JSON.stringify(document.error)).toBe(status);
			return document;
		},
		{ timeout, interval: 100 },
	);
}

/** All that a listing has, page by page: `path` without a cursor, `key` where the answer keeps its items. */
export async function allOf(api: ApiClient, path: string, key: string): Promise<Json[]> {
	const items: Json[] = [];
	let cursor: string | undefined;
	do {
		const page = await api.call("GET", `${path}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
		items.push(...page[key]);
		cursor = page.nextCursor;
	} while (cursor);
	return items;
}

export async function chunksOf(api: ApiClient, documentId: string): Promise<Json[]> {
	return await allOf(api, `/api/v1/documents/${documentId}/chunks?limit=100`, "chunks");
}
