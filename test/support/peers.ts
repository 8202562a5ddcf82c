/** Other people's MCP programs, from `test/peers`: installed when a test first needs them, and again with a new lock. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../../scripts/root.ts";

const folder = join(root, "test", "peers");
const mark = join(folder, "node_modules", ".installed");
/** Downloads take as long as the line wants. */
export const installTimeoutMs = 300_000;

const programs = {
	"conformance-2025": "@modelcontextprotocol/conformance/dist/index.js",
	"conformance-2026": "conformance-alpha/dist/index.js",
	inspector: "@modelcontextprotocol/inspector/clients/launcher/build/index.js",
} as const;

export interface Finished {
	code: number;
	stdout: string;
	stderr: string;
}

export async function installPeers(): Promise<void> {
	const lock = readFileSync(join(folder, "package-lock.json"), "utf8");
	if (existsSync(mark) && readFileSync(mark, "utf8") === lock) return;
	console.log("Installing the programs of test/peers (once) …");
	const options = ["--no-fund", "--no-audit", "--loglevel=error"];
	await promisify(execFile)("npm", ["ci", "--prefix", folder, ...options], { cwd: folder });
	writeFileSync(mark, lock);
}

/** Runs one of them to its end, whatever its exit code. It gets of our environment the PATH, and what is given. */
export async function runPeer(
	program: keyof typeof programs,
	args: string[],
	{ timeout, env: given }: { timeout: number; env?: Record<string, string> },
): Promise<Finished> {
	const path = join(folder, "node_modules", programs[program]);
	// The declared ProcessEnv demands what the Workers want.
	const env = { PATH: process.env.PATH, ...given } as unknown as NodeJS.ProcessEnv;
	return await new Promise((resolve) => {
		const options = { cwd: folder, timeout, maxBuffer: 100_000_000, env };
		execFile(process.execPath, [path, ...args], options, (error, stdout, stderr) => {
			const code = error ? (typeof error.code === "number" ? error.code : -1) : 0;
			resolve({ code, stdout, stderr });
		});
	});
}
