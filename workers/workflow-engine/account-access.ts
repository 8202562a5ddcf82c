/** `POST /internal/account-access`: what somebody may do from now on, for what his triggers begin. */
import { AppError } from "#core/errors";
import { AccountAccess, accountAccessPath } from "#http/account-access";
import { applyAccess } from "#workflow-engine/triggers/apply-access";
import type { WorkflowEngineApp } from "./routes/app.ts";

/** Stands in no document: the gateway calls it, and lets nobody else through. */
export function mountAccountAccess(app: WorkflowEngineApp): void {
	app.post(accountAccessPath, async (c) => {
		const { data } = AccountAccess.safeParse(await c.req.json());
		if (!data) throw new AppError("invalid_input", "Access is of a user: his role, and whether he is disabled.");
		await applyAccess(c.var.context.db, data);
		return c.body(null, 204);
	});
}
