/** The Env interface of each Worker, generated from its wrangler.toml into `workers/<name>/env.d.ts`. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { experimental_generateTypes } from "wrangler";
import { root } from "./root.ts";
import type { WorkerConfig } from "./workers.ts";

/** Whether the file had to change. Without `write` it is left as it is. */
export async function generateEnvTypes(worker: WorkerConfig, { write }: { write: boolean }): Promise<boolean> {
	const path = join(root, "workers", worker.name, "env.d.ts");
	const { content } = await experimental_generateTypes({
		config: relative(process.cwd(), worker.configPath),
		path: relative(process.cwd(), path),
		envInterface: `${pascalCase(worker.name)}Env`,
		includeRuntime: false,
		strictVars: false,
		// A developer's own .env must not decide about the types.
		envFile: [],
	});
	const current = existsSync(path) ? readFileSync(path, "utf8") : "";
	if (withoutHeader(content) === withoutHeader(current)) return false;
	if (write) writeFileSync(path, content);
	return true;
}

/** `workflow-engine` → `WorkflowEngine`. */
function pascalCase(name: string): string {
	return name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The header tells how the file was made, which may differ. */
function withoutHeader(content: string): string {
	return content.replaceAll(/^(\/\*|\/\/).*\n/gm, "").trim();
}
