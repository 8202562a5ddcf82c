/** Path parameters of the workflow-engine domain. */
import { z } from "zod";

const Id = z.string().min(1).max(200);

export const WorkflowParams = z.object({ workflowId: Id });
export const ExecutionParams = z.object({ executionId: Id });
export const TriggerParams = z.object({ workflowId: Id, triggerId: Id });
export const HookParams = z.object({ triggerId: Id });
export const ApprovalParams = z.object({ executionId: Id, approvalId: Id });
