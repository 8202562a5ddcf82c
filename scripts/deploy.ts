/** `npm run deploy`: everything that `deploy-plan.ts` lists, in an account of Cloudflare; `--dry-run` only prints it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { buildAssets } from "./build-assets.ts";
import { type Step, deployPlan } from "./deploy-plan.ts";
import { secretsOf } from "./deploy-secrets.ts";
import { checkSecrets } from "./local-secrets.ts";
import { root } from "./root.ts";
import { runTool } from "./run-tool.ts";
import { runCommand, SetupError } from "./setup-error.ts";
import { requiredSecrets } from "./worker-settings.ts";
import { readWorkers } from "./workers.ts";

await runCommand(async () => {
	const { values } = parseArgs({ options: { "dry-run": { type: "boolean", default: false } } });
	const plan = deployPlan(readWorkers(), process.env);
	if (values["dry-run"]) {
		console.log(plan.flatMap(describe).join("\n"));
		return;
	}
	checkSecrets(process.env);
	buildAssets();
	const { code, output } = await runTool("wrangler", ["whoami", "--json"]);
	if (code !== 0) throw new SetupError(`Sign in first: npx wrangler login, or set CLOUDFLARE_API_TOKEN.\n${output}`);
	const secrets = await secretsOf(plan, deployedSecrets, process.env);
	for (const step of plan) await perform(step, secrets);
});

function describe(step: Step): string[] {
	if (step.kind === "create") return [`${commandLine(step.exists)} || ${commandLine(step.create)}`];
	if (step.kind === "migrate") return [commandLine(step.command)];
	const required = requiredSecrets(step.worker);
	const secrets = required.length > 0 ? `   # and of ${required.join(", ")} those that it lacks` : "";
	return [commandLine(step.listSecrets), commandLine(step.command) + secrets];
}

async function perform(step: Step, secretsByWorker: Map<string, Record<string, string>>): Promise<void> {
	if (step.kind === "create") {
		const { code } = await runTool("wrangler", step.exists);
		console.log(`${step.what} ${code === 0 ? "exists" : "is being created"}`);
		if (code !== 0) await wrangler(step.create);
	} else if (step.kind === "migrate") {
		console.log(`Migrating ${step.what}`);
		await wrangler(step.command);
	} else {
		console.log(`Deploying ${step.what}`);
		const secrets = secretsByWorker.get(step.worker.name) ?? {};
		if (Object.keys(secrets).length > 0) console.log(`  with ${Object.keys(secrets).join(", ")}`);
		await withSecretsFile(secrets, (path) => wrangler([...step.command, "--secrets-file", path]));
	}
}

async function wrangler(args: string[]): Promise<void> {
	const { code, output } = await runTool("wrangler", args);
	if (code !== 0) throw new SetupError(`${commandLine(args)} failed:\n${output.trim()}`);
}

/** A Worker that was never deployed has none. */
async function deployedSecrets({ listSecrets }: { listSecrets: string[] }): Promise<string[]> {
	const { code, output, stdout } = await runTool("wrangler", listSecrets);
	if (code === 0) return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
	if (/\b10007\b|not found|does not exist/i.test(output)) return [];
	throw new SetupError(`${commandLine(listSecrets)} failed:\n${output.trim()}`);
}

/** Readable by the owner alone, and gone as soon as Wrangler has read it. */
async function withSecretsFile(secrets: Record<string, string>, use: (path: string) => Promise<void>): Promise<void> {
	const directory = mkdtempSync(join(tmpdir(), "agentic-edge-"));
	try {
		const path = join(directory, "secrets.json");
		writeFileSync(path, JSON.stringify(secrets), { mode: 0o600 });
		await use(path);
	} finally {
		rmSync(directory, { recursive: true, force: true });
	}
}

function commandLine(args: string[]): string {
	return ["wrangler", ...args.map((arg) => (arg.startsWith(root) ? relative(root, arg) : arg))].join(" ");
}
