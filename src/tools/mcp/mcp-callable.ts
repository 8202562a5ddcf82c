/** A tool of a remote MCP server, to be called through the object that keeps the connection. */
import { sha256 } from "#core/crypto";
import { newToken } from "#core/ids";
import type { CallableTool } from "#tools/callable-tool";
import type { CallContext } from "#tools/context";
import { schemaErrors } from "#core/json-schema";
import type { McpRow } from "#tools/tool-row";
import { connectionName } from "./connection-name.ts";

export function mcpCallable(row: McpRow, connectionOf: CallContext["mcpConnection"]): CallableTool {
	const { id, name, description, version, inputSchema, outputSchema, requiresApproval, limits, config } = row;
	const { remoteName, writes, repeatable, serverUrl, inputChecked, outputChecked, perUser } = config;
	return {
		...{ id, name, description, type: "mcp", version, writes, inputSchema, requiresApproval, serverUrl },
		...(outputSchema && { outputSchema }),
		...(limits && { limits }),
		timeoutMs: config.timeout,
		inputErrors: (input) => schemaErrors(inputChecked ? inputSchema : { type: "object" }, input, "/parameters"),
		async run(input, { caller, signal, timeoutMs, idempotencyKey }) {
			const connection = connectionOf(connectionName(row.serverId, perUser ? caller.userId : undefined));
			const callId = newToken();
			const cancel = () => void connection.cancel(callId).catch(() => {});
			signal.addEventListener("abort", cancel, { once: true });
			try {
				const outcome = await connection.callTool({
					tool: { remoteName, inputSchema, ...(outputSchema && { outputSchema }) },
					arguments: input as Record<string, unknown>,
					...{ callId, timeoutMs, repeatable },
					key: await sha256(JSON.stringify([caller.userId, id, idempotencyKey])),
				});
				if ("failed" in outcome || !outputSchema || !outputChecked) return outcome;
				const wrong = schemaErrors(outputSchema, outcome.value, "/result")[0];
				if (!wrong) return outcome;
				const failed = `The result does not fit the tool's schema: ${wrong.pointer} ${wrong.detail}`;
				return { failed, logs: outcome.logs };
			} finally {
				signal.removeEventListener("abort", cancel);
			}
		},
	};
}
