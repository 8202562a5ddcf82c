/**
 * The agent loop: model call, tool calls, model call … until the model has nothing more to call. Between steps it keeps
 * nothing but what is recorded, so a turn that was cut off by a crash goes on from its last step.
 */
import { AppError } from "#core/errors";
import { modelStep } from "./model-step.ts";
import { toolStep } from "./tool-step.ts";
import type { Turn } from "./turn.ts";
import { type TurnProgress, turnProgress } from "./turn-progress.ts";

export async function agentLoop(turn: Turn): Promise<void> {
	discardHalfMessages(turn);
	for (;;) {
		const progress = turnProgress(turn.recorded());
		if (progress.pending.length > 0) {
			if ((await toolStep(turn, progress)) === "waiting") return;
			continue;
		}
		checkLimits(turn, progress);
		await modelStep(turn, progress);
		if (!turn.running()) return;
	}
}

/** Text that a crash cut off: its readers are told, and the step is made again. */
function discardHalfMessages(turn: Turn): void {
	for (const kind of ["message", "reasoning"]) {
		const half = turn.unfolded(`${kind}.delta`);
		if (half)
			turn.commit([{ type: `${kind}.discarded`, data: { ...half.folds.data, text: half.text }, folds: half.folds }]);
	}
}

function checkLimits({ agent }: Turn, { steps, usage }: TurnProgress): void {
	const { limits } = agent.config;
	if (steps >= limits.steps) throw new AppError("limit_exceeded", `The run needs more than ${limits.steps} steps.`);
	if (usage.totalTokens >= limits.tokens) {
		throw new AppError("limit_exceeded", `The run has used its ${limits.tokens} tokens.`);
	}
}
