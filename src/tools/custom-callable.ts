/** A custom tool, to be called: its source runs in the sandbox. */
import type { CallableTool } from "./callable-tool.ts";
import type { CallContext } from "./context.ts";
import { customCalls } from "./custom-calls.ts";
import { schemaErrors } from "#core/json-schema";
import { runScript } from "./sandbox/run-script.ts";
import type { ScriptError } from "./sandbox/sandbox.ts";
import type { CustomConfig } from "./tables.ts";
import type { CustomRow } from "./tool-row.ts";

type Bindings = Pick<CallContext, "sealingKey" | "egress">;

/** What the time is in a call with a seed. */
const seededNow = Date.UTC(2000, 0, 1);

export function customCallable(row: CustomRow, ctx: Bindings): CallableTool {
	const { id, name, description, version, inputSchema, outputSchema, requiresApproval, limits, config } = row;
	return {
		...{ id, name, description, type: "custom", version, inputSchema, requiresApproval },
		...(outputSchema && { outputSchema }),
		...(limits && { limits }),
		writes: customWrites(config),
		timeoutMs: config.timeout,
		inputErrors: (input) => schemaErrors(inputSchema, input, "/parameters"),
		async run(input, scope) {
			const { signal, timeoutMs, now, seed, caller } = scope;
			const calls = config.hosts.length > 0 ? await customCalls(row, ctx, scope) : undefined;
			const mask = calls?.slots.mask;
			const shown = (text: string) => mask?.text(text) ?? text;
			const source = config.compiled ?? config.source;
			const ran = await runScript(calls?.slots.mark(source) ?? source, input, {
				...{ timeoutMs, cpuMs: config.cpuTime, signal },
				...(seed === undefined ? { now: now().getTime() } : { now: seededNow, seed }),
				...(calls && { network: { fetch: calls.fetch, userId: caller.userId } }),
			});
			const logs = ran.logs.map(({ text }) => shown(text));
			if (ran.outcome === "threw") {
				return { failed: shown(messageOf(ran.error)), code: calls?.failureIn(ran.error)?.code, logs };
			}
			const value = mask ? mask.value(ran.value) : ran.value;
			const wrong = outputSchema ? schemaErrors(outputSchema, value, "/result")[0] : undefined;
			if (wrong) return { failed: `The result does not fit the tool's schema: ${wrong.pointer} ${wrong.detail}`, logs };
			return { value, logs };
		},
	};
}

/** Nobody can tell what a request changes: a tool with hosts writes unless its owner says that it does not. */
export function customWrites({ writes, hosts }: CustomConfig): boolean {
	return writes ?? hosts.length > 0;
}

function messageOf({ name, message, line }: ScriptError): string {
	const what = name === "Error" ? message : `${name}: ${message}`;
	return line === undefined ? what : `${what} (line ${line})`;
}
