/** Path parameters of the tools domain. */
import { z } from "zod";

const Id = z.string().min(1).max(200);

export const ToolParams = z.object({ toolId: Id });
export const ExecutionParams = z.object({ executionId: Id });
export const ApprovalParams = z.object({ executionId: Id, approvalId: Id });
export const McpServerParams = z.object({ serverId: Id });
