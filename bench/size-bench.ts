/** What each Worker weighs, and how long workerd takes to load it: from its start to its socket, less an empty Worker's. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import type { Bundle } from "../scripts/build-worker.ts";
import { readBudget } from "../scripts/bundle-budget.ts";
import { root } from "../scripts/root.ts";
import type { Row } from "./row.ts";
import { median } from "./statistics.ts";

const starts = 7;
const moduleKinds: Record<string, string> = { ".js": "esModule", ".mjs": "esModule", ".wasm": "wasm", ".txt": "text" };
/** workerd comes with Miniflare, which needs this very version. */
const workerd = createRequire(createRequire(import.meta.url).resolve("miniflare")).resolve("workerd/bin/workerd");

export async function sizeBench(bundles: Bundle[]): Promise<Row[]> {
	const directory = join(root, ".build", "bench-start");
	rmSync(directory, { recursive: true, force: true });
	mkdirSync(directory, { recursive: true });
	try {
		const budget = readBudget();
		const empty = configOf(directory, "empty", ["index.js"]);
		mkdirSync(join(directory, "empty"));
		writeFileSync(join(directory, "empty", "index.js"), "export default { fetch() {} };");
		const base = median(await startTimes(empty));
		const rows: Row[] = [];
		for (const { worker, modules, directory: built, gzipBytes } of bundles) {
			symlinkSync(built, join(directory, worker.name));
			const loading = median(await startTimes(configOf(directory, worker.name, modules))) - base;
			rows.push({
				name: `${worker.name}: bundle, gzipped`,
				value: gzipBytes / 1024,
				unit: " KiB",
				measured: `starts in ${Math.max(loading, 0).toFixed(0)} ms`,
				atMost: budget[worker.name],
			});
		}
		return rows;
	} finally {
		rmSync(directory, { recursive: true, force: true });
	}
}

/** Bindings are left out: nothing may use one while it starts. */
function configOf(directory: string, name: string, modules: string[]): string {
	const list = modules.map(
		(file) => `(name = "${file}", ${moduleKinds[extname(file)] ?? "data"} = embed "${name}/${file}")`,
	);
	const path = join(directory, `${name}.capnp`);
	writeFileSync(
		path,
		`using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
	services = [(name = "main", worker = (
		modules = [${list.join(", ")}],
		compatibilityDate = "2026-11-01",
		compatibilityFlags = ["nodejs_compat"],
	))],
	sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`,
	);
	return path;
}

async function startTimes(config: string): Promise<number[]> {
	const times: number[] = [];
	for (let start = 0; start < starts; start++) times.push(await startTime(config));
	return times;
}

/** workerd reports on the control descriptor when it listens, and it has evaluated the Worker by then. */
async function startTime(config: string): Promise<number> {
	const started = performance.now();
	const child = spawn(workerd, ["serve", config, "--control-fd=3"], { stdio: ["ignore", "ignore", "pipe", "pipe"] });
	let errors = "";
	child.stderr?.on("data", (text) => (errors += text));
	const exited = new Promise((resolve) => child.once("exit", resolve));
	await new Promise<void>((resolve, reject) => {
		child.stdio[3]?.once("data", () => resolve());
		child.once("error", reject);
		void exited.then(() => reject(new Error(`workerd does not start ${config}: ${errors}`)));
	});
	const took = performance.now() - started;
	child.kill();
	await exited;
	return took;
}
