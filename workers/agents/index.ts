/** The agents Worker: agents, their templates, sessions and executions, and the providers of their models. */
import { newApp } from "#http/app";
import { mountCloseSockets } from "./close-sockets.ts";
import { domain } from "./context.ts";
import { mountAgentMcp } from "./mcp-endpoint.ts";
import { mountCancelExecution } from "./routes/cancel-execution.ts";
import { mountCancelResponse } from "./routes/cancel-response.ts";
import { mountCreateAgent } from "./routes/create-agent.ts";
import { mountCreateChatCompletion } from "./routes/create-chat-completion.ts";
import { mountCreateProvider } from "./routes/create-provider.ts";
import { mountCreateResponse } from "./routes/create-response.ts";
import { mountDecideApproval } from "./routes/decide-approval.ts";
import { mountDeleteAgent } from "./routes/delete-agent.ts";
import { mountDeleteProvider } from "./routes/delete-provider.ts";
import { mountDeleteSession } from "./routes/delete-session.ts";
import { mountDeleteTemplate } from "./routes/delete-template.ts";
import { mountExecuteAgent } from "./routes/execute-agent.ts";
import { mountGetAgentCard } from "./routes/get-agent-card.ts";
import { mountGetAgentHealth } from "./routes/get-agent-health.ts";
import { mountGetAgent } from "./routes/get-agent.ts";
import { mountGetAttachment } from "./routes/get-attachment.ts";
import { mountGetExecution } from "./routes/get-execution.ts";
import { mountGetModel } from "./routes/get-model.ts";
import { mountGetResponse } from "./routes/get-response.ts";
import { mountGetSession } from "./routes/get-session.ts";
import { mountGetTemplate } from "./routes/get-template.ts";
import { mountInstantiateTemplate } from "./routes/instantiate-template.ts";
import { mountListAgentVersions } from "./routes/list-agent-versions.ts";
import { mountListAgents } from "./routes/list-agents.ts";
import { mountListExecutions } from "./routes/list-executions.ts";
import { mountListMessages } from "./routes/list-messages.ts";
import { mountListModels } from "./routes/list-models.ts";
import { mountListProviders } from "./routes/list-providers.ts";
import { mountListSessions } from "./routes/list-sessions.ts";
import { mountListSkills } from "./routes/list-skills.ts";
import { mountListTemplates } from "./routes/list-templates.ts";
import { mountStreamExecution } from "./routes/stream-execution.ts";
import { mountStreamSession } from "./routes/stream-session.ts";
import { mountUpdateAgent } from "./routes/update-agent.ts";

export { AgentSession } from "#agents/agent-session-object";
export { RunKeys } from "#run/run-keys-object";
export { AgentsEntrypoint } from "./agents-entrypoint.ts";

const app = newApp(domain);

// Fixed paths before `/api/v1/agents/{agentId}`.
for (const mount of [
	mountCreateAgent,
	mountListAgents,
	mountListSkills,
	mountListTemplates,
	mountGetTemplate,
	mountDeleteTemplate,
	mountInstantiateTemplate,
	mountListExecutions,
	mountGetExecution,
	mountStreamExecution,
	mountCancelExecution,
	mountDecideApproval,
	mountListSessions,
	mountGetSession,
	mountDeleteSession,
	mountListMessages,
	mountGetAttachment,
	mountStreamSession,
	mountGetAgent,
	mountUpdateAgent,
	mountDeleteAgent,
	mountListAgentVersions,
	mountGetAgentCard,
	mountGetAgentHealth,
	mountExecuteAgent,
	mountCreateProvider,
	mountListProviders,
	mountDeleteProvider,
	mountListModels,
	mountGetModel,
	mountCreateChatCompletion,
	mountCreateResponse,
	mountGetResponse,
	mountCancelResponse,
]) {
	mount(app);
}
mountAgentMcp(app);
mountCloseSockets(app);

export default app;
