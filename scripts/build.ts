/** `npm run build`: the eight bundles with their compressed sizes. */
import { formatSize } from "./bundle-budget.ts";
import { buildWorkers } from "./build-workers.ts";
import { runCommand } from "./setup-error.ts";

await runCommand(async () => {
	await buildWorkers(({ worker, gzipBytes, cached }) =>
		console.log(`${worker.name.padEnd(18)}${formatSize(gzipBytes)}${cached ? "  (unchanged)" : ""}`),
	);
});
