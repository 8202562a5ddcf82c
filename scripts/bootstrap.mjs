/**
 * What every npm script goes through: installs what is missing, then runs a script or a tool with the project's Node.
 *
 *     node scripts/bootstrap.mjs scripts/start.ts
 *     node scripts/bootstrap.mjs vitest run
 *
 * Plain JavaScript without dependencies, because on a fresh machine it runs on Node 20 with nothing installed. The
 * tools need a newer Node, which is itself one of the packages.
 */
import { spawn } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, "node_modules", ".bin");

const [target, ...targetArguments] = process.argv.slice(2);
if (!isInstalled()) await install();
if (target) run(target, targetArguments);

/** npm writes its hidden lockfile last, so it tells of a finished installation. */
function isInstalled() {
	const installed = statSync(join(root, "node_modules", ".package-lock.json"), { throwIfNoEntry: false });
	return installed !== undefined && installed.mtimeMs >= statSync(join(root, "package-lock.json")).mtimeMs;
}

async function install() {
	const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
	const started = Date.now();
	const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
	console.log(`Installing up to ${Object.keys(packages).length} packages (once; a minute or so) …`);
	const ticker = setInterval(() => console.log(`  still installing, ${seconds()}`), 10_000);
	const code = await npm("ci", "--loglevel=error", "--no-fund", "--no-audit", "--no-progress");
	clearInterval(ticker);
	if (code !== 0) {
		console.error("npm ci failed; its message is above.");
		process.exit(1);
	}
	console.log(`Installed in ${seconds()}.`);
}

/** Runs the npm that started us, so that its version and settings hold; resolves with its exit code. */
function npm(...args) {
	const self = process.env.npm_execpath;
	const [command, first] = self?.endsWith(".js") ? [process.execPath, [self]] : ["npm", []];
	const child = spawn(command, [...first, ...args], { cwd: root, stdio: "inherit" });
	return new Promise((resolve) => {
		child.once("error", () => resolve(1));
		child.once("exit", (code) => resolve(code ?? 1));
	});
}

function run(name, args) {
	const isScript = name.endsWith(".ts");
	const command = join(bin, isScript ? "node" : name);
	const child = spawn(command, isScript ? [name, ...args] : args, {
		cwd: root,
		env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
		// A script that must not outlive us sees the channel close, even when we are killed.
		stdio: isScript ? ["inherit", "inherit", "inherit", "ipc"] : "inherit",
	});
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => forward(child, signal));
	if (isScript) stopWithNpm();
	child.once("error", (error) => {
		console.error(`${name}: ${error.message}`);
		process.exit(1);
	});
	child.once("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

/** A terminal sends Ctrl-C to the whole group, so the child has it already; a second one would cut its clean-up short. */
function forward(child, signal) {
	if (signal === "SIGINT" && process.stdin.isTTY) return;
	child.kill(signal);
}

/** A killed npm leaves us to another parent. */
function stopWithNpm() {
	if (!process.env.npm_lifecycle_event) return;
	const parent = process.ppid;
	setInterval(() => process.ppid !== parent && process.exit(1), 1_000).unref();
}
