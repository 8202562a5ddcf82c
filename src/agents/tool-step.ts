/** Makes the tool calls that the model has asked for, side by side; every result is recorded as it comes. */
import type { LanguageModelV4ToolCallPart, LanguageModelV4ToolResultOutput } from "@ai-sdk/provider";
import { AppError, asAppError } from "#core/errors";
import type { NewMessage } from "./conversation.ts";
import { askUser } from "./tools/ask-user.ts";
import type { Turn } from "./turn.ts";
import { type TurnProgress, turnProgress, turnResult } from "./turn-progress.ts";

export async function toolStep(turn: Turn, progress: TurnProgress): Promise<"done" | "waiting"> {
	const ours = progress.pending.filter((call) => !isQuestion(turn, call) && !isClientTool(turn, call));
	await Promise.all(ours.map((call) => makeCall(turn, call)));
	const left = progress.pending.filter((call) => !ours.includes(call));
	const clientToolCalls = left.filter((call) => isClientTool(turn, call));
	if (clientToolCalls.length > 0) return handOver(turn, clientToolCalls);
	const question = left[0];
	if (!question) return "done";
	return ask(turn, question);
}

/** The tool message that answers a call; `output` is what the model reads. */
export function toolMessage(
	turn: Pick<Turn, "run" | "agent">,
	{ toolCallId, toolName, input }: LanguageModelV4ToolCallPart,
	output: LanguageModelV4ToolResultOutput,
	duration: number,
): NewMessage {
	const value = "value" in output ? output.value : null;
	return {
		runId: turn.run.id,
		agentId: turn.agent.id,
		toolId: toolName,
		prompt: { role: "tool", content: [{ type: "tool-result", toolCallId, toolName, output }] },
		content: typeof value === "string" ? value : JSON.stringify(value),
		metadata: { toolCall: { toolId: toolName, input, output: value, duration } },
	};
}

async function makeCall(turn: Turn, call: LanguageModelV4ToolCallPart): Promise<void> {
	const { toolCallId, toolName, input } = call;
	const span = turn.span.child(`execute_tool ${toolName}`, {
		attributes: {
			"gen_ai.operation.name": "execute_tool",
			"gen_ai.tool.name": toolName,
			"gen_ai.tool.call.id": toolCallId,
		},
	});
	turn.commit([{ type: "tool.started", data: { callId: toolCallId, toolId: toolName, input } }]);
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
	turn.commit(
		[
			{
				type: "tool.completed",
				data: { callId: toolCallId, toolId: toolName, ...(failed ? { error: value } : { output: value }), duration },
			},
		],
		[toolMessage(turn, call, output, duration)],
	);
}

async function execute(turn: Turn, { toolCallId, toolName, input }: LanguageModelV4ToolCallPart, span: Turn["span"]) {
	const { run, signal } = turn;
	const tool = turn.tools.find(({ id }) => id === toolName);
	if (!tool) throw new AppError("not_found", `There is no tool "${toolName}".`);
	if (tool.writes && run.caller.role === "viewer") {
		throw new AppError("forbidden", `The tool "${toolName}" changes something, which a viewer may not do.`);
	}
	return await tool.execute(input, { caller: run.caller, span, signal, idempotencyKey: `${run.id}:${toolCallId}` });
}

/**
 * The run waits for a person; the question is its answer so far. A detached turn ends with it, because the client comes
 * back with a conversation of its own.
 */
function ask(turn: Turn, { toolCallId, input }: LanguageModelV4ToolCallPart): "waiting" {
	const question = questionIn(input);
	const progress = turnProgress(turn.recorded());
	const result = { ...turnResult(progress, turn.agent.config.model), response: question };
	if (turn.run.input.detached) {
		const response = [progress.response, question].filter(Boolean).join("\n\n");
		const whole = { ...result, response, finishReason: "stop" };
		turn.commit([{ type: "run.completed", data: { ...whole, question } }], [], { status: "completed", result: whole });
	} else {
		const event = { type: "run.input_required", data: { question, callId: toolCallId } };
		turn.commit([event], [], { status: "input_required", result });
	}
	return "waiting";
}

/** The client makes these calls itself: the turn is over, and they are its result. */
function handOver(turn: Turn, calls: LanguageModelV4ToolCallPart[]): "waiting" {
	const clientToolCalls = calls.map(({ toolCallId, toolName, input }) => ({ id: toolCallId, name: toolName, input }));
	const result = { ...turnResult(turnProgress(turn.recorded()), turn.agent.config.model), clientToolCalls };
	turn.commit([{ type: "run.completed", data: result }], [], { status: "completed", result });
	return "waiting";
}

function isQuestion(turn: Turn, { toolName }: LanguageModelV4ToolCallPart): boolean {
	return toolName === askUser.id && turn.tools.some(({ id }) => id === askUser.id);
}

function isClientTool(turn: Turn, { toolName }: LanguageModelV4ToolCallPart): boolean {
	return turn.run.input.clientTools?.some(({ name }) => name === toolName) ?? false;
}

function questionIn(input: unknown): string {
	const question = (input as { question?: unknown } | null)?.question;
	return typeof question === "string" ? question : "The agent has a question.";
}
