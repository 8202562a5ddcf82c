/** A trigger as the API shows it: without its secret. */
import type { Trigger } from "./schema.ts";
import type { TriggerRow } from "./tables.ts";

export const webhooksPath = "/api/v1/workflows/hooks";

export function triggerView(row: TriggerRow): Trigger {
	const { id, workflowId, config, input, enabled, nextRunAt, lastFiredAt, lastExecutionId, lastError } = row;
	return {
		...{ id, workflowId, config, input: input as Trigger["input"], enabled },
		...(config.type === "webhook" && { webhookPath: `${webhooksPath}/${id}` }),
		...(enabled && nextRunAt !== null && { nextRunAt }),
		...(lastFiredAt !== null && { lastFiredAt }),
		...(lastExecutionId !== null && { lastExecutionId }),
		...(lastError && { lastError }),
		...{ createdAt: row.createdAt, updatedAt: row.updatedAt },
	};
}
