/** The Workers that the benchmarks run: the product's with one of them replaced, and what they are compared with. */
import { join } from "node:path";
import { unstable_readConfig } from "wrangler";
import { type Bundle, buildWorker } from "../scripts/build-worker.ts";
import { buildWorkers } from "../scripts/build-workers.ts";
import { root } from "../scripts/root.ts";
import { gatewayName } from "../scripts/workers.ts";

export interface BenchWorkers {
	/** As the product ships them. */
	product: Bundle[];
	/** The same, with the benchmarks' domain in the place of one that nothing but the gateway is bound to. */
	platform: Bundle[];
	/** Two Hono Workers with nothing but the token check. */
	barePair: Bundle[];
	/** A Worker that calls the AI SDK and does nothing else. */
	bareModel: Bundle[];
	/** Durable Objects that store a row a step, and what they call. */
	bareSteps: Bundle[];
}

const replaced = "workflow-engine";

export async function buildBenchWorkers(): Promise<BenchWorkers> {
	const product = await buildWorkers();
	const domain = await build("domain", replaced);
	const bareDomain = await build("bare-domain");
	return {
		product,
		platform: product.map((bundle) => (bundle.worker.name === replaced ? domain : bundle)),
		barePair: [await build("bare-gateway", gatewayName), bareDomain],
		bareModel: [await build("bare-model", gatewayName), bareDomain],
		bareSteps: [await build("bare-steps", gatewayName), await build("bare-tool")],
	};
}

/** It runs under the name `as`; the gateway's is the one that listens. */
async function build(folder: string, as = folder): Promise<Bundle> {
	const configPath = join(root, "bench", "workers", folder, "wrangler.toml");
	const worker = { name: `bench-${folder}`, configPath, config: unstable_readConfig({ config: configPath }) };
	return { ...(await buildWorker(worker)), worker: { ...worker, name: as } };
}
