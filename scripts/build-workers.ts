/** Bundles all Workers, several at once. */
import { buildAssets } from "./build-assets.ts";
import { type Bundle, buildWorker } from "./build-worker.ts";
import { inParallel } from "./in-parallel.ts";
import { readWorkers } from "./workers.ts";

/** `report` hears of each bundle when it is ready. */
export function buildWorkers(report: (bundle: Bundle) => void = () => {}): Promise<Bundle[]> {
	buildAssets();
	return inParallel(readWorkers(), async (worker) => {
		const bundle = await buildWorker(worker);
		report(bundle);
		return bundle;
	});
}
