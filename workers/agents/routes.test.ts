import { testRoutes } from "../../test/support/route-matrix.ts";
import { asCaller } from "../../test/support/as-caller.ts";
import { ask, newAgent, scripted } from "./testing.ts";

const config = {
	model: "local/script",
	temperature: 0.5,
	maxTokens: 100,
	systemPrompt: "Be kind.",
	tools: ["current_time"],
	limits: { steps: 3, tokens: 1000, seconds: 5 },
	script: [
		[
			{ say: "Hello {{message}}", chunks: 2 },
			{ call: "current_time", input: { timeZone: "UTC" } },
		],
	],
};

/** An agent that everybody may run, for the routes that name one in their body. */
const everyones = { name: "Everyone's", shared: true };
await scripted(asCaller("usr_host"), [{ say: "Hello" }], {}, everyones);

await testRoutes({
	async objects(owner) {
		const { id: agentId, templateId = "" } = await newAgent(owner, {}, { isTemplate: true });
		const attachments = [{ name: "a.txt", type: "text/plain", data: btoa("hi") }];
		const { sessionId, executionId } = await ask(owner, agentId, { message: "hello", attachments });
		const { messages } = await (
			await owner.get(`/api/v1/agents/sessions/${sessionId}/messages`)
		).json<{
			messages: Array<{ attachments: Array<{ id: string }> }>;
		}>();
		const attachmentId = messages.flatMap(({ attachments }) => attachments)[0]!.id;
		const name = `p-${crypto.randomUUID()}`;
		const provider = await owner.post("/api/v1/providers", { name, kind: "openai", apiKey: "sk-test" });
		const { id: providerId } = await provider.json<{ id: string }>();
		const openAi = { model: agentId, responseId: executionId.replace("run_", "resp_") };
		return { agentId, templateId, sessionId, executionId, approvalId: "none", attachmentId, providerId, ...openAi };
	},
	headers: { prefer: "wait=1" },
	bodies: {
		"POST /v1/chat/completions": {
			model: everyones.name,
			messages: [
				{ role: "system", content: "Be kind." },
				{ role: "user", content: [{ type: "text", text: "hello" }] },
			],
			temperature: 1,
			max_tokens: 100,
			stop: ["x"],
			tools: [{ type: "function", function: { name: "f", description: "x", parameters: { type: "object" } } }],
			metadata: { tag: "x" },
		},
		"POST /v1/responses": {
			model: everyones.name,
			input: [{ role: "user", content: [{ type: "input_text", text: "hello" }] }],
			instructions: "Be kind.",
			text: { format: { type: "text" } },
			tools: [{ type: "function", name: "f", parameters: { type: "object" } }],
			metadata: { tag: "x" },
		},
		"POST /api/v1/agents": {
			name: "Ada",
			description: "Counts.",
			framework: "langchain",
			config,
			skills: ["counting"],
			shared: false,
			isTemplate: true,
			category: "tests",
		},
		"PATCH /api/v1/agents/{agentId}": { name: "Bea", description: "x", framework: "crewai", config, skills: ["a"] },
		"POST /api/v1/agents/{agentId}/execute": {
			message: "hello",
			context: { a: [1, { b: "c" }] },
			sessionId: "mine",
			metadata: { tag: "x" },
			attachments: [{ name: "a.txt", type: "text/plain", data: "aGk=" }],
			multitaskStrategy: "enqueue",
		},
		"POST /api/v1/agents/executions/{executionId}/approvals/{approvalId}": {
			decision: "approve",
			argumentsHash: "0".repeat(64),
			reason: "x",
		},
		"POST /api/v1/agents/templates/{templateId}/instantiate": { name: "From", config },
		"POST /api/v1/providers": {
			name: "mine",
			kind: "openai-compatible",
			baseUrl: "http://127.0.0.1:9/v1",
			apiKey: "sk-secret",
		},
	},
	answers: {
		// Needs an upgrade to a WebSocket.
		"GET /api/v1/agents/sessions/{sessionId}/stream": 400,
		// The execution waits for nothing.
		"POST /api/v1/agents/executions/{executionId}/approvals/{approvalId}": 404,
	},
	hiddenFromAdmins: ["DELETE /api/v1/providers/{providerId}"],
});
