/** A person allows or denies a kept call that waits for him. */
import { argumentsHash } from "#core/arguments-hash";
import { homeOf } from "#run/run-id";
import type { DecideApproval } from "#run/decide-approval";
import { checkCall } from "./call-tool.ts";
import type { ToolsContext } from "./context.ts";
import { findCallable } from "./find-callable.ts";
import type { ToolRun } from "./tool-run.ts";

/** Throws `not_found`, `conflict` for what cannot be decided (again), `forbidden` for a call that he may not make. */
export async function decideApproval(
	ctx: ToolsContext,
	executionId: string,
	approvalId: string,
	decided: DecideApproval,
): Promise<ToolRun> {
	const home = ctx.home(homeOf(executionId));
	if (decided.decision === "approve") {
		const { toolId, parameters } = (await home.find(ctx.caller, executionId)).input;
		const tool = await findCallable(ctx, toolId);
		checkCall(ctx, tool, parameters);
		return await home.decide(ctx.caller, executionId, approvalId, decided, await argumentsHash(tool, parameters));
	}
	return await home.decide(ctx.caller, executionId, approvalId, decided);
}
