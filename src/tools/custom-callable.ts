/** A custom tool, to be called: its source runs in the sandbox. */
import type { CallableTool } from "./callable-tool.ts";
import { schemaErrors } from "./json-schema.ts";
import { runScript } from "./sandbox/run-script.ts";
import type { ScriptError } from "./sandbox/sandbox.ts";
import type { CustomRow } from "./tool-row.ts";

export function customCallable(row: CustomRow): CallableTool {
	const { id, name, description, version, inputSchema, outputSchema, requiresApproval, limits, config } = row;
	return {
		...{ id, name, description, type: "custom", version, writes: false, inputSchema, requiresApproval },
		...(outputSchema && { outputSchema }),
		...(limits && { limits }),
		timeoutMs: config.timeout,
		inputErrors: (input) => schemaErrors(inputSchema, input, "/parameters"),
		async run(input, { signal, timeoutMs, now }) {
			const ran = await runScript(config.source, input, { timeoutMs, signal, now: now().getTime() });
			const logs = ran.logs.map(({ text }) => text);
			if (ran.outcome === "threw") return { failed: messageOf(ran.error), logs };
			const wrong = outputSchema ? schemaErrors(outputSchema, ran.value, "/result")[0] : undefined;
			if (wrong) return { failed: `The result does not fit the tool's schema: ${wrong.pointer} ${wrong.detail}`, logs };
			return { value: ran.value, logs };
		},
	};
}

function messageOf({ name, message, line }: ScriptError): string {
	const what = name === "Error" ? message : `${name}: ${message}`;
	return line === undefined ? what : `${what} (line ${line})`;
}
