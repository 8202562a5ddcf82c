/** `npm run types`: writes the Env interfaces anew. */
import { generateEnvTypes } from "./env-types.ts";
import { runCommand } from "./setup-error.ts";
import { readWorkers } from "./workers.ts";

await runCommand(async () => {
	for (const worker of readWorkers()) {
		const changed = await generateEnvTypes(worker, { write: true });
		console.log(`workers/${worker.name}/env.d.ts ${changed ? "written" : "unchanged"}`);
	}
});
