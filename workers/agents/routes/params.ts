/** Path parameters of the agents domain. */
import { z } from "zod";

const Id = z.string().min(1).max(200);

export const AgentParams = z.object({ agentId: Id });
export const TemplateParams = z.object({ templateId: Id });
export const SessionParams = z.object({ sessionId: Id });
export const AttachmentParams = z.object({ sessionId: Id, attachmentId: Id });
export const ExecutionParams = z.object({ executionId: Id });
export const ApprovalParams = z.object({ executionId: Id, approvalId: Id });
export const ProviderParams = z.object({ providerId: Id });
export const ModelParams = z.object({ model: Id });
export const ResponseParams = z.object({ responseId: Id });
