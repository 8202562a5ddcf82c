/**
 * Runs the domains under names that nobody can guess.
 *
 * Besides the gateway's socket Miniflare opens an entry of its own, on a random port of loopback, and there a header
 * (`MF-Route-Override`) addresses any Worker by its name, past the gateway and with identity headers of one's choice.
 * Whoever does not know the name reaches the gateway there too.
 */
import { randomUUID } from "node:crypto";
import type { MiniflareOptions } from "miniflare";
import { gatewayName } from "./workers.ts";

type WorkerOptions = MiniflareOptions["workers"][number];

export function withPrivateNames(options: MiniflareOptions, suffix: string = randomUUID()): MiniflareOptions {
	const rename = (name: string) => (name === gatewayName ? name : `${name}-${suffix}`);
	return { ...options, workers: options.workers.map((worker) => renamed(worker, rename)) };
}

function renamed({ config, ...options }: WorkerOptions, rename: (name: string) => string): WorkerOptions {
	const env = mapValues(config.env, (binding) =>
		"worker" in binding && typeof binding.worker === "string"
			? { ...binding, worker: rename(binding.worker) }
			: binding,
	);
	// Durable Objects stay in the folder that is named after the Worker.
	const exports = mapValues(config.exports, (exported, className) =>
		exported.type === "durable-object" ? { ...exported, unsafeUniqueKey: `${config.name}-${className}` } : exported,
	);
	return { ...options, config: { ...config, name: rename(config.name), env, exports } };
}

function mapValues<Value>(record: Record<string, Value> | undefined, map: (value: Value, key: string) => Value) {
	return record && Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
