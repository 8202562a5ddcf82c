/** Runs a person's own code in QuickJS: nothing of the host is reachable but what is passed, and everything has an end. */
import { execute, type ScriptOptions } from "./execute.ts";
import type { LogEntry } from "./log-book.ts";
import type { ScriptError } from "./sandbox.ts";

/** A tool's own failure is a result; a limit that it broke is an AppError. */
export type ScriptResult = { logs: LogEntry[]; durationMs: number } & (
	| { outcome: "returned"; value: unknown }
	| { outcome: "threw"; error: ScriptError }
);

/**
 * Calls the one function that `source`, an ES module, exports with `input` and returns what it returns, both as JSON.
 *
 * The thread is busy while the script computes, so that its time to compute is what others may have to wait.
 *
 * @throws {AppError} `tool_timeout`, `limit_exceeded` for memory, nesting and output, `cancelled` when `signal` is aborted,
 *   `service_unavailable` when too many scripts run at once.
 */
export async function runScript(source: string, input: unknown, options: ScriptOptions): Promise<ScriptResult> {
	const call = { name: "run", input: JSON.stringify(input) ?? "null" } as const;
	const { ending, logs, durationMs } = await execute(source, call, options);
	if ("error" in ending) return { outcome: "threw", error: ending.error, logs, durationMs };
	return { outcome: "returned", value: JSON.parse(ending.text ?? "null"), logs, durationMs };
}
