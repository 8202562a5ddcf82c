/** The resources and prompts that the conformance suite asks for by name. */
import {
	acceptedContent,
	completable,
	inputRequired,
	type McpServer,
	type PromptMessage,
	ResourceTemplate,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import { form, png, text } from "./fixture-content.ts";

type PromptContent = PromptMessage["content"];

const cities = ["paris", "park", "party"];

export function registerFixtures(mcp: McpServer): void {
	const changing = { listChanged: true };
	const capabilities = { tools: changing, resources: changing, prompts: changing, completions: {}, logging: {} };
	mcp.server.registerCapabilities(capabilities);
	registerResources(mcp);
	registerPrompts(mcp);
}

function registerResources(mcp: McpServer): void {
	const resource = (name: string, mimeType: string, content: { text: string } | { blob: string }) => {
		const uri = `test://${name}`;
		mcp.registerResource(name, uri, { mimeType }, async () => ({ contents: [{ uri, mimeType, ...content }] }));
	};
	resource("static-text", "text/plain", { text: "This is the content of the static text resource." });
	resource("static-binary", "image/png", { blob: png });
	resource("watched-resource", "text/plain", { text: "watched" });
	mcp.registerResource(
		"template",
		new ResourceTemplate("test://template/{id}/data", { list: undefined }),
		{ mimeType: "application/json" },
		async (uri, { id }) => {
			const row = { id, templateTest: true, data: `Data for ID: ${String(id)}` };
			return { contents: [{ uri: uri.href, mimeType: "application/json", text: JSON.stringify(row) }] };
		},
	);
}

function registerPrompts(mcp: McpServer): void {
	mcp.registerPrompt("test_simple_prompt", { description: "A prompt without arguments." }, async () =>
		prompt(text("This is a simple prompt for testing.")),
	);
	const argsSchema = z.object({
		arg1: completable(z.string(), (begun) => cities.filter((city) => city.startsWith(begun))),
		arg2: z.string(),
	});
	mcp.registerPrompt(
		"test_prompt_with_arguments",
		{ description: "A prompt with arguments.", argsSchema },
		async ({ arg1, arg2 }) => prompt(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
	);
	mcp.registerPrompt(
		"test_prompt_with_embedded_resource",
		{ description: "A prompt with a resource.", argsSchema: z.object({ resourceUri: z.string() }) },
		async ({ resourceUri: uri }) =>
			prompt(
				{ type: "resource", resource: { uri, mimeType: "text/plain", text: "Embedded resource content." } },
				text("Please process the embedded resource above."),
			),
	);
	mcp.registerPrompt("test_prompt_with_image", { description: "A prompt with an image." }, async () =>
		prompt({ type: "image", data: png, mimeType: "image/png" }, text("Please analyze the image above.")),
	);
	mcp.registerPrompt(
		"test_input_required_result_prompt",
		{ description: "A prompt that asks before it renders." },
		async (mcp) => {
			const context = acceptedContent(mcp.mcpReq.inputResponses, "user_context")?.context;
			if (typeof context === "string") return prompt(text(`Use the following context: ${context}`));
			const question = form("What context should the prompt use?", "context");
			return inputRequired({ inputRequests: { user_context: question } });
		},
	);
}

function prompt(...content: PromptContent[]) {
	return { messages: content.map((part): PromptMessage => ({ role: "user", content: part })) };
}
