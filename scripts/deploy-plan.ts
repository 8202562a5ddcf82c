/**
 * What a deployment does, as data: every `wrangler` command in order, derived from the wrangler.toml files.
 *
 * No ids of resources stand in those files. Resources are created by name where they are missing, Wrangler finds them by
 * name, and a Worker's migrations run before its new code.
 */
import { bundleFlags } from "./build-worker.ts";
import { deployOrder } from "./deploy-order.ts";
import type { Environment } from "./environment.ts";
import type { WorkerConfig } from "./workers.ts";

export type Step =
	/** Runs `create` where `exists` fails. */
	| { kind: "create"; what: string; exists: string[]; create: string[] }
	| { kind: "migrate"; what: string; command: string[] }
	/** Uploads the code together with the secrets that the Worker lacks. */
	| { kind: "deploy"; what: string; worker: WorkerConfig; listSecrets: string[]; command: string[] };

/** What the environment sets of a Worker's `[vars]` goes up with it; secrets do not stand in a command. */
export function deployPlan(workers: WorkerConfig[], environment: Environment): Step[] {
	const byName = new Map(workers.map((worker) => [worker.name, worker]));
	const order = deployOrder(workers.map((worker) => ({ name: worker.name, needs: servicesOf(worker) })));
	const ordered = order.map((name) => byName.get(name)).filter((worker) => worker !== undefined);
	return [...resources(ordered), ...ordered.flatMap((worker) => release(worker, environment))];
}

function servicesOf({ config, name }: WorkerConfig): string[] {
	const bound = (config.services ?? []).map(({ service }) => service);
	const objects = config.durable_objects.bindings.map((binding) => binding.script_name).filter((n) => n !== undefined);
	return [...new Set([...bound, ...objects])].filter((service) => service !== name);
}

function resources(workers: WorkerConfig[]): Step[] {
	const configs = workers.map(({ config }) => config);
	const databases = configs.flatMap((config) => config.d1_databases.map((d1) => d1.database_name));
	const buckets = configs.flatMap((config) => config.r2_buckets.map((r2) => r2.bucket_name));
	const queues = configs.flatMap(({ queues: { producers = [], consumers = [] } }) => [
		...producers.map(({ queue }) => queue),
		...consumers.flatMap(({ queue, dead_letter_queue }) => [queue, dead_letter_queue]),
	]);
	return [
		...names(databases).map((name) => create(`D1 database ${name}`, ["d1"], name)),
		...names(queues).map((name) => create(`queue ${name}`, ["queues"], name)),
		...names(buckets).map((name) => create(`R2 bucket ${name}`, ["r2", "bucket"], name)),
	];
}

function create(what: string, family: string[], name: string): Step {
	return { kind: "create", what, exists: [...family, "info", name], create: [...family, "create", name] };
}

function release(worker: WorkerConfig, environment: Environment): Step[] {
	const at = ["--config", worker.configPath];
	const databases = names(worker.config.d1_databases.map((d1) => d1.database_name));
	return [
		...databases.map((name): Step => {
			return { kind: "migrate", what: name, command: ["d1", "migrations", "apply", name, "--remote", ...at] };
		}),
		{
			kind: "deploy",
			what: worker.name,
			worker,
			listSecrets: ["secret", "list", "--format", "json", ...at],
			command: ["deploy", ...bundleFlags, ...at, ...vars(worker, environment)],
		},
	];
}

function vars({ config }: WorkerConfig, environment: Environment): string[] {
	return Object.keys(config.vars).flatMap((name) => {
		return environment[name] ? ["--var", `${name}:${environment[name]}`] : [];
	});
}

function names(values: (string | undefined)[]): string[] {
	return [...new Set(values.filter((value) => value !== undefined))].toSorted();
}
