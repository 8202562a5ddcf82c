/**
 * Bundles one Worker the way Wrangler bundles it for deployment. A bundle is kept together with the hash of all that
 * went into it, so that building again what has not changed costs a few file reads.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { root } from "./root.ts";
import { runTool } from "./run-tool.ts";
import { SetupError } from "./setup-error.ts";
import type { WorkerConfig } from "./workers.ts";

export interface Bundle {
	worker: WorkerConfig;
	directory: string;
	/** Relative to `directory`, the main module first. */
	modules: string[];
	/** All modules together, gzipped: what the deployment uploads and Cloudflare limits. */
	gzipBytes: number;
	/** Whether it was there already. */
	cached: boolean;
}

/** `bundle.json` beside the modules. */
interface Record {
	hash: string;
	/** Our own source files, relative to the root; packages are covered by package-lock.json. */
	sources: string[];
	gzipBytes: number;
}

/** Also the flags of the deployment. */
export const bundleFlags = ["--minify"];
const metafileName = "bundle-meta.json";
const notModules = new Set([".map", ".md", ".json"]);

export async function buildWorker(worker: WorkerConfig): Promise<Bundle> {
	const directory = join(root, ".build", "workers", worker.name);
	const known = readRecord(directory);
	if (known && known.hash === hashOf(worker, known.sources)) {
		return { worker, directory, modules: modulesIn(directory, worker), gzipBytes: known.gzipBytes, cached: true };
	}

	const fresh = `${directory}.${process.pid}`;
	rmSync(fresh, { recursive: true, force: true });
	mkdirSync(fresh, { recursive: true });
	try {
		await bundle(worker, fresh);
		const modules = modulesIn(fresh, worker);
		const sources = sourcesOf(worker, fresh);
		const gzipBytes = modules.reduce((sum, name) => sum + gzipSync(readFileSync(join(fresh, name))).length, 0);
		const record: Record = { hash: hashOf(worker, sources), sources, gzipBytes };
		writeFileSync(join(fresh, "bundle.json"), JSON.stringify(record, null, "\t"));
		rmSync(directory, { recursive: true, force: true });
		renameSync(fresh, directory);
		return { worker, directory, modules, gzipBytes, cached: false };
	} finally {
		rmSync(fresh, { recursive: true, force: true });
	}
}

async function bundle(worker: WorkerConfig, outdir: string): Promise<void> {
	const { code, output } = await runTool("wrangler", [
		"deploy",
		"--dry-run",
		...bundleFlags,
		...["--config", worker.configPath],
		...["--outdir", outdir],
		...["--metafile", join(outdir, metafileName)],
	]);
	if (code !== 0) throw new SetupError(`The ${worker.name} Worker does not build:\n${output.trim()}`);
}

function readRecord(directory: string): Record | undefined {
	const path = join(directory, "bundle.json");
	return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Record) : undefined;
}

/** Everything that decides what the bundle contains. A source that is gone changes the hash. */
function hashOf(worker: WorkerConfig, sources: string[]): string {
	const hash = createHash("sha256").update(bundleFlags.join());
	const files = [worker.configPath, join(root, "package-lock.json"), ...sources.map((path) => join(root, path))];
	for (const file of files) hash.update(`\0${file}\0`).update(existsSync(file) ? readFileSync(file) : "gone");
	return hash.digest("hex");
}

function sourcesOf(worker: WorkerConfig, directory: string): string[] {
	const { inputs } = JSON.parse(readFileSync(join(directory, metafileName), "utf8")) as { inputs: object };
	const base = dirname(worker.configPath);
	return Object.keys(inputs)
		.map((path) => relative(root, resolve(base, path)))
		.filter(
			(path) => !path.startsWith("..") && !path.split("/").includes("node_modules") && existsSync(join(root, path)),
		)
		.toSorted();
}

function modulesIn(directory: string, { config }: WorkerConfig): string[] {
	const entry = config.main ?? "index.ts";
	const main = `${basename(entry, extname(entry))}.js`;
	const others = readdirSync(directory, { recursive: true, withFileTypes: true })
		.filter((file) => file.isFile() && !notModules.has(extname(file.name)))
		.map((file) => relative(directory, join(file.parentPath, file.name)))
		.filter((name) => name !== main);
	return [main, ...others.toSorted()];
}
