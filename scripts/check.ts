/** `npm run check`: everything that can be known without running the code, several steps at once. */
import { buildWorkers } from "./build-workers.ts";
import { compareWithBudget, readBudget } from "./bundle-budget.ts";
import { generateEnvTypes } from "./env-types.ts";
import { inParallel } from "./in-parallel.ts";
import { runTool } from "./run-tool.ts";
import { runCommand, SetupError } from "./setup-error.ts";
import { readWorkers } from "./workers.ts";

interface Result {
	passed: boolean;
	/** Shown where the step failed, or has something to tell. */
	details: string;
}

const steps: Record<string, () => Promise<Result>> = {
	"bundle sizes": checkBundles,
	types: () => tool("tsc", ["--project", "."]),
	lint: () => tool("oxlint", ["--deny-warnings"]),
	"unused code": () => tool("knip", ["--no-progress"]),
	format: () => tool("oxfmt", ["--check"]),
	"env types": checkEnvTypes,
};

await runCommand(async () => {
	const results = await inParallel(Object.entries(steps), async ([name, step]) => {
		const started = performance.now();
		const { passed, details } = await step();
		const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(5);
		console.log(`${passed ? "✓" : "✗"} ${name.padEnd(14)}${seconds} s${details && `\n${indent(details)}`}`);
		return passed;
	});
	if (results.includes(false)) throw new SetupError("Not everything passed. npm run fix mends format and some lint.");
});

async function tool(command: string, args: string[]): Promise<Result> {
	const { code, output } = await runTool(command, args);
	return { passed: code === 0, details: code === 0 ? "" : output.trim() };
}

async function checkBundles(): Promise<Result> {
	const budget = readBudget();
	const compared = (await buildWorkers()).map((bundle) => compareWithBudget(bundle, budget));
	return { passed: compared.every(({ over }) => !over), details: compared.map(({ line }) => line).join("\n") };
}

async function checkEnvTypes(): Promise<Result> {
	const stale: string[] = [];
	for (const worker of readWorkers()) {
		if (await generateEnvTypes(worker, { write: false })) stale.push(`workers/${worker.name}/env.d.ts`);
	}
	return {
		passed: stale.length === 0,
		details: stale.length === 0 ? "" : `${stale.join("\n")}\nnpm run types writes them anew.`,
	};
}

function indent(text: string): string {
	return text.replaceAll(/^/gm, "    ");
}
