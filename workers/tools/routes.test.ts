import { inject } from "vitest";
import { openMcpServer } from "../../test/support/mcp-server-control.ts";
import { testRoutes } from "../../test/support/route-matrix.ts";
import { begin, doubler, execution, newName, newTool, register } from "./testing.ts";

const remote = await openMcpServer(inject("mcpServers"), "modern");

await testRoutes({
	async objects(owner) {
		const { id: toolId } = await newTool(owner);
		const { id: asking } = await newTool(owner, { requiresApproval: true });
		const executionId = await begin(owner, asking, { n: 1 });
		const { approval } = await execution(owner, executionId);
		const { id: serverId } = await register(owner, { url: remote.url });
		return { serverId, toolId, executionId, approvalId: approval!.id };
	},
	bodies: {
		"POST /api/v1/mcp/servers": { name: newName(), url: remote.url, apiKey: "sk-test", headers: { "x-team": "blue" } },
		"PATCH /api/v1/mcp/servers/{serverId}": { description: "Changed.", shared: false, headers: { "x-team": "red" } },
		"POST /api/v1/mcp/servers/{serverId}/authorization/complete": {
			code: "code",
			state: "state",
			iss: "https://as.test",
		},
		"POST /api/v1/mcp/servers/{serverId}/resources/read": { uri: "memo://hello" },
		"POST /api/v1/mcp/servers/{serverId}/prompts/get": { name: "greet", arguments: { who: "Ada" } },
		"POST /api/v1/tools": { name: newName(), ...doubler, timeout: 500, shared: false },
		"PATCH /api/v1/tools/{toolId}": { ...doubler, timeout: 500, shared: false, status: "active" },
		"POST /api/v1/tools/{toolId}/execute": {
			parameters: { n: 3 },
			context: { sessionId: "ses_1", traceId: "x" },
			timeout: 500,
		},
		"POST /api/v1/tools/executions/{executionId}/approvals/{approvalId}": {
			decision: "approve",
			reason: "It is mine.",
		},
	},
	answers: {
		// The server wants no OAuth.
		"POST /api/v1/mcp/servers/{serverId}/authorization": 409,
		"POST /api/v1/mcp/servers/{serverId}/authorization/complete": 409,
		// The execution waits for its approval.
		"GET /api/v1/tools/executions/{executionId}/result": 409,
		"POST /api/v1/tools/executions/{executionId}/retry": 409,
	},
});
