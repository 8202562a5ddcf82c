/**
 * Chroma's own server. It is 420 MB, so that it is installed, into an ignored folder and once, only where it is asked for:
 * by `TEST_CHROMA=1`, or by `REQUIRE_SERVERS=1`, with which a test that skips is a failure.
 */
import { execFile, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "../../scripts/free-port.ts";
import { root } from "../../scripts/root.ts";
import type { StartedServer } from "./start-pgvector.ts";

/** What the benchmark compares with: the same lock, the same folder. */
const source = join(root, "bench", "rag-store", "peers");
const cache = join(root, ".build", "bench-rag-store-peers");
const mark = join(cache, "node_modules", ".installed");
const readyWithinMs = 30_000;

/** Rejects with why there is none. */
export async function startChroma(): Promise<StartedServer> {
	const lock = readFileSync(join(source, "package-lock.json"), "utf8");
	const isInstalled = existsSync(mark) && readFileSync(mark, "utf8") === lock;
	if (!isInstalled) {
		const isWanted = [process.env["TEST_CHROMA"], process.env.REQUIRE_SERVERS].includes("1");
		if (!isWanted) throw new Error("Chroma's server is not installed; TEST_CHROMA=1 installs it (420 MB)");
		await install(lock);
	}
	const state = mkdtempSync(join(cache, "state-"));
	const port = await freePort("127.0.0.1", 0);
	const cli = join(cache, "node_modules", "chromadb", "dist", "cli.mjs");
	const options = ["run", "--path", state, "--host", "127.0.0.1", "--port", String(port)];
	const server = spawn(process.execPath, [cli, ...options], { cwd: state, stdio: "ignore" });
	const exited = new Promise<void>((resolve) => server.once("exit", () => resolve()));
	const url = `http://127.0.0.1:${port}`;
	try {
		await ready(`${url}/api/v2/heartbeat`);
	} catch (error) {
		await close();
		throw error;
	}
	return { url, close };

	async function close(): Promise<void> {
		server.kill();
		await exited;
		rmSync(state, { recursive: true, force: true });
	}
}

async function install(lock: string): Promise<void> {
	mkdirSync(cache, { recursive: true });
	cpSync(source, cache, { recursive: true });
	console.log(`Installing Chroma into ${cache} (once, 420 MB) …`);
	const options = ["--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"];
	await promisify(execFile)("npm", ["ci", ...options], { cwd: cache });
	writeFileSync(mark, lock);
}

async function ready(url: string): Promise<void> {
	const until = performance.now() + readyWithinMs;
	for (;;) {
		const response = await fetch(url).catch(() => undefined);
		if (response?.ok) return;
		if (performance.now() > until) throw new Error("Chroma's server was not ready in time");
		await delay(100);
	}
}
