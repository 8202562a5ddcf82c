/** The run waits until a person has decided on calls of tools that need it. */
import type { LanguageModelV4ToolCallPart } from "@ai-sdk/provider";
import { argumentsHash } from "#core/arguments-hash";
import { newId } from "#core/ids";
import type { Turn } from "./turn.ts";
import { turnProgress, turnResult } from "./turn-progress.ts";

/** Whether somebody has to decide before the call is made. A detached turn has nobody who could: its call is refused. */
export function needsApproval(turn: Turn, { toolName, toolCallId }: LanguageModelV4ToolCallPart): boolean {
	const tool = turn.tools.find(({ name }) => name === toolName);
	if (!tool?.requiresApproval || turn.run.input.detached) return false;
	return !turn.approvals().some(({ callId, decision }) => callId === toolCallId && decision === "approve");
}

export async function askApproval(turn: Turn, calls: LanguageModelV4ToolCallPart[]): Promise<void> {
	const asked = turn.approvals();
	const approvals = await Promise.all(
		calls.map(async ({ toolCallId, toolName, input }) => {
			const toolId = turn.tools.find(({ name }) => name === toolName)!.id;
			const known = asked.find(({ callId }) => callId === toolCallId);
			const id = known?.id ?? newId("apr");
			const hash = known?.argumentsHash ?? (await argumentsHash(toolId, input));
			return { isNew: !known, id, runId: turn.run.id, callId: toolCallId, toolId, argumentsHash: hash, input };
		}),
	);
	const shown = approvals.map(({ id, callId, toolId, argumentsHash: hash, input }) => ({
		...{ id, callId, toolId, arguments: input, argumentsHash: hash },
	}));
	const result = { ...turnResult(turnProgress(turn.recorded()), turn.agent.config.model), approvals: shown };
	turn.commit(
		[
			...approvals.flatMap(({ isNew }, i) => (isNew ? [{ type: "approval.required", data: { ...shown[i] } }] : [])),
			{ type: "run.input_required", data: { approvals: shown } },
		],
		[],
		{ status: "input_required", result },
		approvals.filter(({ isNew }) => isNew),
	);
}
