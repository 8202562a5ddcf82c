/** That an event's source is a workflow which the caller sees. */
import { AppError, asAppError } from "#core/errors";
import { getWorkflow, type Scope } from "#workflow-engine/store";
import type { TriggerConfig } from "./schema.ts";

/** The source's id, null where the trigger has none. Throws `invalid_input`. */
export async function checkSource(scope: Scope, config: TriggerConfig): Promise<string | null> {
	if (config.type !== "event") return null;
	try {
		return (await getWorkflow(scope, config.workflowId)).id;
	} catch (error) {
		if (asAppError(error)?.code !== "not_found") throw error;
		const detail = "There is no such workflow.";
		throw new AppError("invalid_input", detail, { details: { fields: [{ pointer: "/config/workflowId", detail }] } });
	}
}
