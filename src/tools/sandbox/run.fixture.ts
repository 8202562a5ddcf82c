/** `runScript` as tests call it, and what a run that broke a limit did: its code and how long it took. */
import { asAppError } from "#core/errors";
import type { ScriptFetch } from "./call-out.ts";
import type { ScriptOptions } from "./execute.ts";
import { runScript, type ScriptResult } from "./run-script.ts";

export const now = Date.UTC(2026, 10, 26, 12);

/** Unless told, each run that calls out is another user's. */
type RunOptions = Partial<ScriptOptions> & { fetch?: ScriptFetch; userId?: string };

export async function run(
	source: string,
	input: unknown = null,
	{ fetch, userId = crypto.randomUUID(), ...options }: RunOptions = {},
): Promise<ScriptResult> {
	const network = fetch && { fetch, userId };
	return await runScript(source, input, { now, signal: new AbortController().signal, network, ...options });
}

/** What the script returned; what it threw is a failure of the test. */
export async function valueOf(source: string, input: unknown = null, options: RunOptions = {}): Promise<unknown> {
	const result = await run(source, input, options);
	if (result.outcome === "threw") throw new Error(JSON.stringify(result.error));
	return result.value;
}

export async function brokenLimit(
	source: string,
	options: RunOptions = {},
): Promise<{ code: string | undefined; ms: number }> {
	const startedAt = performance.now();
	const broken = await run(source, null, options).then(
		(result) => `no limit: ${JSON.stringify(result).slice(0, 200)}`,
		(error: unknown) => asAppError(error)?.code ?? String(error),
	);
	return { code: broken, ms: performance.now() - startedAt };
}
