/**
 * Makes the tool calls that the model has asked for, side by side. What a person or the client has to do comes after
 * them, and ends the step.
 */
import type { LanguageModelV4ToolCallPart } from "@ai-sdk/provider";
import { askApproval, heldCall } from "./ask-approval.ts";
import { makeToolCall } from "./make-tool-call.ts";
import { askUser } from "./tools/ask-user.ts";
import type { Turn } from "./turn.ts";
import { type TurnProgress, turnProgress, turnResult } from "./turn-progress.ts";

export async function toolStep(turn: Turn, { pending }: TurnProgress): Promise<"done" | "waiting"> {
	const clientToolCalls = pending.filter((call) => isClientTool(turn, call));
	const questions = pending.filter((call) => isQuestion(turn, call));
	const held = (await Promise.all(pending.map((call) => heldCall(turn, call)))).filter((call) => call !== undefined);
	const others = [...clientToolCalls, ...questions, ...held.map(({ call }) => call)];
	await Promise.all(pending.filter((call) => !others.includes(call)).map((call) => makeToolCall(turn, call)));
	if (clientToolCalls.length > 0) return handOver(turn, clientToolCalls);
	if (held.length > 0) {
		askApproval(turn, held);
		return "waiting";
	}
	return questions[0] ? ask(turn, questions[0]) : "done";
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
