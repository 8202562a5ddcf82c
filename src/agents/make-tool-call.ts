/** One tool call that the model has asked for: made, and its result recorded. */
import type { LanguageModelV4ToolCallPart, LanguageModelV4ToolResultOutput } from "@ai-sdk/provider";
import { argumentsHash } from "#core/arguments-hash";
import { AppError, asAppError } from "#core/errors";
import { approvalOf } from "./ask-approval.ts";
import { toolMessage } from "./tool-message.ts";
import type { AgentTool } from "./tools/agent-tool.ts";
import type { Turn } from "./turn.ts";

export async function makeToolCall(turn: Turn, call: LanguageModelV4ToolCallPart): Promise<void> {
	const { toolCallId, toolName, input } = call;
	const toolId = turn.tools.find(({ name }) => name === toolName)?.id ?? toolName;
	const span = turn.span.child(`execute_tool ${toolName}`, {
		attributes: {
			"gen_ai.operation.name": "execute_tool",
			"gen_ai.tool.name": toolName,
			"gen_ai.tool.call.id": toolCallId,
		},
	});
	turn.commit([{ type: "tool.started", data: { callId: toolCallId, toolId, input } }]);
	const startedAt = Date.now();
	let output: LanguageModelV4ToolResultOutput;
	try {
		const value = await execute(turn, call, span);
		output = { type: "json", value: JSON.parse(JSON.stringify(value ?? null)) };
	} catch (error) {
		if (turn.signal.aborted) throw error;
		const known = asAppError(error);
		if (!known) console.error("tool failed", toolName, error);
		span.fail(known?.code ?? "internal_error");
		output = { type: "error-text", value: known?.message ?? "The tool failed." };
	} finally {
		span.end();
	}
	const duration = Date.now() - startedAt;
	const failed = output.type === "error-text";
	const value = "value" in output ? output.value : null;
	const data = { callId: toolCallId, toolId, ...(failed ? { error: value } : { output: value }), duration };
	const message = toolMessage({ runId: turn.run.id, agentId: turn.agent.id, toolId, call, output, duration });
	turn.commit([{ type: "tool.completed", data }], [message]);
}

async function execute(turn: Turn, { toolCallId, toolName, input }: LanguageModelV4ToolCallPart, span: Turn["span"]) {
	const { run, signal } = turn;
	const tool = turn.tools.find(({ name }) => name === toolName);
	if (!tool) throw new AppError("not_found", `There is no tool "${toolName}".`);
	if (tool.writes && run.caller.role === "viewer") {
		throw new AppError("forbidden", `The tool "${toolName}" changes something, which a viewer may not do.`);
	}
	const approvedHash = tool.requiresApproval ? await allowedHash(turn, tool, toolCallId, input) : undefined;
	return await tool.execute(input, {
		...{ caller: run.caller, span, signal, idempotencyKey: `${run.id}:${toolCallId}` },
		...(approvedHash && { approvedHash }),
	});
}

/** Undefined for a call that nobody has allowed. */
async function allowedHash(turn: Turn, tool: AgentTool, callId: string, input: unknown): Promise<string | undefined> {
	const hash = await argumentsHash(tool, input);
	return approvalOf(turn, callId, hash)?.decision === "approve" ? hash : undefined;
}
