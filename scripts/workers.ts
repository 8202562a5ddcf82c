/** Every Worker of the platform with its Wrangler configuration, which is the one source of truth for the scripts. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Unstable_Config, unstable_readConfig } from "wrangler";
import { root } from "./root.ts";

export interface WorkerConfig {
	name: string;
	/** Absolute path of its wrangler.toml. */
	configPath: string;
	config: Unstable_Config;
}

/** The public door; its wrangler.toml is the one at the root. */
export const gatewayName = "gateway";

export function readWorkers(): WorkerConfig[] {
	return workerNames().map((name) => {
		const configPath = configPathOf(name);
		return { name, configPath, config: unstable_readConfig({ config: configPath }) };
	});
}

/** The gateway first: what starts several Workers together takes the first for the one that is addressed. */
export function workerNames(): string[] {
	const domains = readdirSync(join(root, "workers")).filter((name) => name !== gatewayName);
	return [gatewayName, ...domains.toSorted()];
}

function configPathOf(name: string): string {
	return name === gatewayName ? join(root, "wrangler.toml") : join(root, "workers", name, "wrangler.toml");
}
