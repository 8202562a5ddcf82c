/** The MCP servers of the tests, built from the SDKs of both generations. */
import { setTimeout as sleep } from "node:timers/promises";
import { inputRequired, Server } from "@modelcontextprotocol/server";
import { Server as OldServer } from "@modelcontextprotocol/sdk/server/index.js";
import {
	CallToolRequestSchema,
	GetPromptRequestSchema,
	ListPromptsRequestSchema,
	ListResourcesRequestSchema,
	ListToolsRequestSchema,
	ReadResourceRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { callFixtureTool, type FixtureState } from "./mcp-fixture-tools.ts";

const info = { name: "fixture", version: "1.0.0" };
const capabilities = { tools: { listChanged: true }, resources: {}, prompts: {} };
const resources = [{ uri: "memo://hello", name: "hello", description: "A memo.", mimeType: "text/plain" }];
const prompts = [{ name: "greet", description: "Greets.", arguments: [{ name: "who", required: true }] }];
const form = {
	message: "Who are you?",
	requestedSchema: { type: "object" as const, properties: { name: { type: "string" as const } } },
};

function contentsOf(uri: string) {
	return { contents: [{ uri, mimeType: "text/plain", text: "Hello, memo." }] };
}

function greeting(who = "nobody") {
	const content = { type: "text" as const, text: `Greet ${who}.` };
	return { description: "Greets.", messages: [{ role: "user" as const, content }] };
}

/** As it is when it was asked for, whether its entries are tools or not. */
async function listOf({ tools, listDelay }: FixtureState) {
	await sleep(listDelay);
	return { tools: tools as never };
}

/** By the second SDK: 2026-07-28, and the revisions before it. */
export function newServer(state: FixtureState): Server {
	const server = new Server(info, { capabilities });
	server.setRequestHandler("tools/list", async () => await listOf(state));
	server.setRequestHandler("tools/call", async ({ params }, { mcpReq }) => {
		const { _meta } = mcpReq;
		const answer = mcpReq.inputResponses?.who as { action?: string } | undefined;
		if (params.name === "ask" && !answer) {
			return inputRequired({ inputRequests: { who: inputRequired.elicit(form) } });
		}
		return (await callFixtureTool(state, params.name, params.arguments ?? {}, {
			signal: mcpReq.signal,
			ask: async () => answer?.action ?? "nothing",
			async progress(progress, total, message) {
				const { progressToken } = { ..._meta };
				if (progressToken === undefined) return;
				await mcpReq.notify({
					method: "notifications/progress",
					params: { progressToken, progress, total, message },
				});
			},
		})) as never;
	});
	server.setRequestHandler("resources/list", () => ({ resources }));
	server.setRequestHandler("resources/read", ({ params }) => contentsOf(params.uri));
	server.setRequestHandler("prompts/list", () => ({ prompts }));
	server.setRequestHandler("prompts/get", ({ params }) => greeting(params.arguments?.who));
	return server;
}

/** By the first SDK: 2025-11-25. */
export function newOldServer(state: FixtureState): OldServer {
	const server = new OldServer(info, { capabilities });
	server.setRequestHandler(ListToolsRequestSchema, async () => await listOf(state));
	server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
		const { _meta } = extra;
		return await callFixtureTool(state, params.name, params.arguments ?? {}, {
			signal: extra.signal,
			ask: async () => (await server.elicitInput(form, { relatedRequestId: extra.requestId })).action,
			async progress(progress, total, message) {
				const { progressToken } = { ..._meta };
				if (progressToken === undefined) return;
				await extra.sendNotification({
					method: "notifications/progress",
					params: { progressToken, progress, total, message },
				});
			},
		});
	});
	server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources }));
	server.setRequestHandler(ReadResourceRequestSchema, ({ params }) => contentsOf(params.uri));
	server.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts }));
	server.setRequestHandler(GetPromptRequestSchema, ({ params }) => greeting(params.arguments?.who));
	return server;
}
