/** The run waits until a person has decided on calls of tools that need it. */
import type { LanguageModelV4ToolCallPart } from "@ai-sdk/provider";
import { argumentsHash } from "#core/arguments-hash";
import { newId } from "#core/ids";
import type { Approval } from "./approvals.ts";
import type { AgentTool } from "./tools/agent-tool.ts";
import type { Turn } from "./turn.ts";
import { turnProgress, turnResult } from "./turn-progress.ts";

/** A call that somebody has to allow before it is made. */
export interface HeldCall {
	call: LanguageModelV4ToolCallPart;
	tool: AgentTool;
	argumentsHash: string;
}

/** Undefined for a call that is allowed, or that needs no word. A detached turn has nobody to ask: its call is refused. */
export async function heldCall(turn: Turn, call: LanguageModelV4ToolCallPart): Promise<HeldCall | undefined> {
	const tool = turn.tools.find(({ name }) => name === call.toolName);
	if (!tool?.requiresApproval || turn.run.input.detached) return undefined;
	const hash = await argumentsHash(tool, call.input);
	return approvalOf(turn, call.toolCallId, hash)?.decision === "approve"
		? undefined
		: { call, tool, argumentsHash: hash };
}

/** What was decided, or is asked, of exactly this call. */
export function approvalOf(turn: Turn, toolCallId: string, hash: string): Approval | undefined {
	return turn.approvals().find(({ callId, argumentsHash: asked }) => callId === toolCallId && asked === hash);
}

export function askApproval(turn: Turn, held: HeldCall[]): void {
	const approvals = held.map(({ call: { toolCallId, input }, tool, argumentsHash: hash }) => {
		const known = approvalOf(turn, toolCallId, hash);
		const { id: toolId, writes } = tool;
		const asked = { id: known?.id ?? newId("apr"), callId: toolCallId, toolId, argumentsHash: hash };
		return { isNew: !known, row: { ...asked, runId: turn.run.id, writes }, shown: { ...asked, arguments: input } };
	});
	const shown = approvals.map((approval) => approval.shown);
	const fresh = approvals.filter(({ isNew }) => isNew);
	const result = { ...turnResult(turnProgress(turn.recorded()), turn.agent.config.model), approvals: shown };
	turn.commit(
		[
			...fresh.map((approval) => ({ type: "approval.required", data: approval.shown })),
			{ type: "run.input_required", data: { approvals: shown } },
		],
		[],
		{ status: "input_required", result },
		fresh.map(({ row }) => row),
	);
}
