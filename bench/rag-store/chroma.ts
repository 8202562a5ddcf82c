/** Chroma's own server, over its REST protocol; installed on demand. */
import { execFile, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "../../scripts/free-port.ts";
import { root } from "../../scripts/root.ts";
import type { Contender } from "./contender.ts";
import { timed } from "./our-store.ts";
import { queryOf, vectorsOf } from "./vectors.ts";

const source = join(root, "bench", "rag-store", "peers");
const cache = join(root, ".build", "bench-rag-store-peers");
const atOnce = 1_000;
const readyWithinMs = 30_000;

/** Rejects with what is missing. */
export async function startChroma(): Promise<Contender> {
	await install();
	const directory = mkdtempSync(join(cache, "state-"));
	const port = await freePort("127.0.0.1", 0);
	const cli = join(cache, "node_modules", "chromadb", "dist", "cli.mjs");
	const server = spawn(process.execPath, [cli, "run", "--path", directory, "--port", String(port)], {
		cwd: cache,
		stdio: "ignore",
	});
	const exited = new Promise<void>((resolve) => server.once("exit", () => resolve()));
	const api = `http://127.0.0.1:${port}/api/v2`;
	const collections = `${api}/tenants/default_tenant/databases/default_database/collections`;
	let collection = "";
	try {
		await ready(`${api}/heartbeat`);
	} catch (error) {
		await stop();
		throw error;
	}
	return {
		name: "Chroma",
		async build(size) {
			const configuration = { hnsw: { space: "cosine" } };
			const { id } = await send<{ id: string }>("POST", collections, { name: `size-${size}`, configuration });
			collection = `${collections}/${id}`;
			let adding = 0;
			for (let from = 0; from < size; from += atOnce) {
				const embeddings = vectorsOf(from, atOnce).map((vector) => [...vector]);
				const body = JSON.stringify({ ids: embeddings.map((_, i) => String(from + i)), embeddings });
				adding += await timed(() => sendText("POST", `${collection}/add`, body));
			}
			// Its index is brought up to date by the first query.
			const indexing = await timed(() => nearest(body(0)));
			return { seconds: (adding + indexing) / 1_000, measured: `${size / atOnce} calls of add, and the first query` };
		},
		search: (query) => nearest(body(query)),
		async times(searches) {
			const bodies = Array.from({ length: searches }, (_, i) => body(i));
			const times: number[] = [];
			for (const one of bodies) times.push(await timed(() => nearest(one)));
			return times;
		},
		effort: {
			usual: 100,
			async set(candidates) {
				await send("PUT", collection, { new_configuration: { hnsw: { ef_search: candidates } } });
			},
		},
		stop,
	};

	async function nearest(text: string): Promise<string[]> {
		const { ids } = await sendText<{ ids: string[][] }>("POST", `${collection}/query`, text);
		return ids[0] ?? [];
	}

	async function stop(): Promise<void> {
		server.kill();
		await exited;
		rmSync(directory, { recursive: true, force: true });
	}
}

function body(query: number): string {
	return JSON.stringify({ query_embeddings: [[...queryOf(query)]], n_results: 10, include: ["distances"] });
}

async function send<Answer>(method: string, url: string, value: unknown): Promise<Answer> {
	return await sendText<Answer>(method, url, JSON.stringify(value));
}

async function sendText<Answer>(method: string, url: string, text: string): Promise<Answer> {
	const response = await fetch(url, { method, headers: { "content-type": "application/json" }, body: text });
	if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
	return (await response.json()) as Answer;
}

async function ready(url: string): Promise<void> {
	const until = performance.now() + readyWithinMs;
	for (;;) {
		const response = await fetch(url).catch(() => undefined);
		if (response?.ok) return;
		if (performance.now() > until) throw new Error("Chroma was not ready in time");
		await delay(100);
	}
}

/** Into an ignored folder, once for each lockfile. */
async function install(): Promise<void> {
	const lock = readFileSync(join(source, "package-lock.json"), "utf8");
	const mark = join(cache, "node_modules", ".installed");
	mkdirSync(cache, { recursive: true });
	cpSync(source, cache, { recursive: true });
	if (existsSync(mark) && readFileSync(mark, "utf8") === lock) return;
	console.log("Installing Chroma into .build/bench-rag-store-peers (once, 420 MB) …");
	const options = ["--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"];
	await promisify(execFile)("npm", ["ci", ...options], { cwd: cache });
	writeFileSync(mark, lock);
}
