/** A custom tool, to be called: its source runs in the sandbox. */
import type { CallableTool } from "./callable-tool.ts";
import type { CallContext } from "./context.ts";
import { customFetch } from "./custom-fetch.ts";
import { schemaErrors } from "./json-schema.ts";
import { runScript } from "./sandbox/run-script.ts";
import type { ScriptError } from "./sandbox/sandbox.ts";
import type { ToolScope } from "./standard/standard-tool.ts";
import type { CustomConfig } from "./tables.ts";
import type { CustomRow } from "./tool-row.ts";
import { unsealSecrets } from "./tool-secrets.ts";

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
			const { signal, timeoutMs, now, seed } = scope;
			const ran = await runScript(config.compiled ?? config.source, input, {
				...{ timeoutMs, cpuMs: config.cpuTime, signal },
				...(seed === undefined ? { now: now().getTime() } : { now: seededNow, seed }),
				...(config.hosts.length > 0 && { fetch: await fetchOf(row, ctx, scope) }),
			});
			const logs = ran.logs.map(({ text }) => text);
			if (ran.outcome === "threw") return { failed: messageOf(ran.error), logs };
			const wrong = outputSchema ? schemaErrors(outputSchema, ran.value, "/result")[0] : undefined;
			if (wrong) return { failed: `The result does not fit the tool's schema: ${wrong.pointer} ${wrong.detail}`, logs };
			return { value: ran.value, logs };
		},
	};
}

/** Nobody can tell what a request changes: a tool with hosts writes unless its owner says that it does not. */
export function customWrites({ writes, hosts }: CustomConfig): boolean {
	return writes ?? hosts.length > 0;
}

async function fetchOf({ id, config }: CustomRow, ctx: Bindings, { fetch, timeoutMs, idempotencyKey }: ToolScope) {
	const { hosts, secrets: sealed } = config;
	const secrets = await unsealSecrets(ctx, { id, hosts }, sealed);
	return customFetch({ hosts, secrets, egress: ctx.egress, fetch, timeoutMs, idempotencyKey });
}

function messageOf({ name, message, line }: ScriptError): string {
	const what = name === "Error" ? message : `${name}: ${message}`;
	return line === undefined ? what : `${what} (line ${line})`;
}
