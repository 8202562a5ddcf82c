/** Which secrets go up with a Worker. One that it has stays: rotating is `wrangler secret put`, and deliberate. */
import type { Environment } from "./environment.ts";
import { inParallel } from "./in-parallel.ts";
import { generateSecret } from "./local-secrets.ts";
import { SetupError } from "./setup-error.ts";
import type { Step } from "./deploy-plan.ts";
import { requiredSecrets, settingNames } from "./worker-settings.ts";
import type { WorkerConfig } from "./workers.ts";

type DeployStep = Extract<Step, { kind: "deploy" }>;

/** Cloudflare sets the header itself, so a client cannot choose his address there. */
const defaults: Environment = { TRUST_CF_CONNECTING_IP: "true" };

/**
 * The secrets of all Workers by their names, before the first of them is deployed: where one cannot be had, none is.
 *
 * @param deployed The names of the secrets that a Worker has already.
 * @throws {SetupError} that names the ones to set.
 */
export async function secretsOf(
	plan: Step[],
	deployed: (step: DeployStep) => Promise<string[]>,
	environment: Environment,
): Promise<Map<string, Record<string, string>>> {
	const steps = plan.filter((step) => step.kind === "deploy");
	const secrets = await inParallel(steps, async (step) => {
		return secretsToUpload(step.worker, await deployed(step), environment);
	});
	return new Map(steps.map(({ worker }, index) => [worker.name, secrets[index] ?? {}]));
}

/**
 * What the environment sets and the Worker lacks; a required one that is nowhere is made, where no person has to choose.
 *
 * @throws {SetupError} that names the ones to set.
 */
export function secretsToUpload(
	worker: WorkerConfig,
	deployed: string[],
	environment: Environment,
): Record<string, string> {
	const lacking = settingNames(worker).filter((name) => !deployed.includes(name) && !(name in worker.config.vars));
	const required = requiredSecrets(worker);
	const secrets: Record<string, string> = {};
	for (const name of lacking) {
		const value = environment[name] ?? defaults[name] ?? (required.includes(name) ? generateUnchosen(name) : undefined);
		if (value) secrets[name] = value;
	}
	const unset = required.filter((name) => lacking.includes(name) && !secrets[name]);
	if (unset.length > 0) throw new SetupError(`The ${worker.name} Worker needs ${unset.join(", ")} in the environment.`);
	return secrets;
}

/** The admin's password is chosen by a person: what a deployment makes up, nobody would see. */
function generateUnchosen(name: string): string | undefined {
	return name === "ADMIN_PASSWORD" ? undefined : generateSecret(name);
}
