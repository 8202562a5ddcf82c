/** Chroma's own server, on loopback. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../../scripts/free-port.ts";
import { PeerPackages } from "../peer-packages.ts";

export const chromaPackages = new PeerPackages("Chroma (420 MB)", "rag-store/peers");

const readyWithinMs = 30_000;

export interface ChromaServer {
	url: string;
	/** Its data goes with it. */
	close(): Promise<void>;
}

/** Installs it first where it is not. */
export async function startChromaServer(): Promise<ChromaServer> {
	await chromaPackages.install();
	const { folder } = chromaPackages;
	const state = mkdtempSync(join(folder, "state-"));
	const port = await freePort("127.0.0.1", 0);
	const cli = join(folder, "node_modules", "chromadb", "dist", "cli.mjs");
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

async function ready(url: string): Promise<void> {
	const until = performance.now() + readyWithinMs;
	for (;;) {
		const response = await fetch(url).catch(() => undefined);
		if (response?.ok) return;
		if (performance.now() > until) throw new Error("Chroma's server was not ready in time");
		await delay(100);
	}
}
