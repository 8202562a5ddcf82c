import { testRoutes } from "../../test/support/route-matrix.ts";
import { begin, doubler, newName, newTool } from "./testing.ts";

await testRoutes({
	async objects(owner) {
		const { id: toolId } = await newTool(owner);
		return { toolId, executionId: await begin(owner, toolId, { n: 1 }) };
	},
	bodies: {
		"POST /api/v1/tools": { name: newName(), ...doubler, timeout: 500, shared: false },
		"PATCH /api/v1/tools/{toolId}": { ...doubler, timeout: 500, shared: false, status: "active" },
		"POST /api/v1/tools/{toolId}/execute": {
			parameters: { n: 3 },
			context: { sessionId: "ses_1", traceId: "x" },
			timeout: 500,
		},
	},
});
