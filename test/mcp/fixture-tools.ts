/** The tools that the conformance suite calls by name, each as the suite describes it. */
import type { CallToolResult, ServerContext, ServerNotifier } from "@modelcontextprotocol/server";
import type { McpTool } from "#tools/mcp/server/mcp-tool";
import { png, sleep, text, wav } from "./fixture-content.ts";

type Call = McpTool["call"];
type Schema = McpTool["definition"]["inputSchema"];
type Content = CallToolResult["content"];

export type Notifier = Pick<ServerNotifier, "toolsChanged" | "promptsChanged">;

const anything: Schema = { type: "object" };

export function fixtureTools(notify: Notifier): McpTool[] {
	return [
		saying("test_simple_text", text("This is a simple text response for testing.")),
		saying("test_image_content", image()),
		saying("test_audio_content", { type: "audio", data: wav, mimeType: "audio/wav" }),
		saying("test_embedded_resource", embedded("test://embedded-resource", "text/plain", "embedded")),
		saying(
			"test_multiple_content_types",
			text("Multiple content types test:"),
			image(),
			embedded("test://mixed-content-resource", "application/json", '{"test":"data","value":123}'),
		),
		tool("test_error_handling", async () => ({ isError: true, content: [text("This tool fails on purpose.")] })),
		tool("test_tool_with_logging", logging),
		tool("test_tool_with_progress", progressing),
		tool("test_logging_tool", async (_, mcp) => {
			await mcp.mcpReq.log("info", "ran");
			return { content: [text("logged")] };
		}),
		saying("test_streaming_elicitation", text("There are no requests on this stream.")),
		tool("test_x_mcp_header", async (args) => ({ content: [text(JSON.stringify(args))] }), {
			type: "object",
			properties: { region: { type: "string", "x-mcp-header": "Region" }, level: { type: "integer" } },
		}),
		tool("json_schema_2020_12_tool", async (args) => ({ content: [text(JSON.stringify(args))] }), schema2020),
		tool("test_trigger_tool_change", async () => published(() => notify.toolsChanged())),
		tool("test_trigger_prompt_change", async () => published(() => notify.promptsChanged())),
	];
}

/** Draws on all of the keywords that references, conditions and combinations have. */
const schema2020: Schema = {
	$schema: "https://json-schema.org/draft/2020-12/schema",
	type: "object",
	$defs: {
		address: {
			$anchor: "addressDef",
			type: "object",
			properties: { street: { type: "string" }, city: { type: "string" } },
		},
	},
	properties: {
		name: { type: "string" },
		address: { $ref: "#/$defs/address" },
		contactMethod: { type: "string", enum: ["phone", "email"] },
		phone: { type: "string" },
		email: { type: "string" },
	},
	allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
	if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
	// oxlint-disable-next-line unicorn/no-thenable -- the keyword's name
	then: { required: ["phone"] },
	else: { required: ["email"] },
	additionalProperties: false,
};

function tool(name: string, call: Call, inputSchema = anything): McpTool {
	return { definition: { name, description: `For the conformance suite: ${name}.`, inputSchema }, call };
}

function saying(name: string, ...content: Content): McpTool {
	return tool(name, async () => ({ content }));
}

async function logging(_: unknown, mcp: ServerContext): Promise<CallToolResult> {
	for (const data of ["Tool execution started", "Tool processing data", "Tool execution completed"]) {
		await mcp.mcpReq.notify({ method: "notifications/message", params: { level: "info", data } });
		await sleep(50);
	}
	return { content: [text("logged")] };
}

async function progressing(_: unknown, mcp: ServerContext): Promise<CallToolResult> {
	const { _meta: { progressToken } = {} } = mcp.mcpReq;
	for (const progress of progressToken === undefined ? [] : [0, 50, 100]) {
		const params = { progressToken, progress, total: 100 };
		await mcp.mcpReq.notify({ method: "notifications/progress", params });
		await sleep(50);
	}
	return { content: [text(String(progressToken))] };
}

function published(publish: () => void): CallToolResult {
	publish();
	return { content: [text("published")] };
}

function image(): Content[number] {
	return { type: "image", data: png, mimeType: "image/png" };
}

function embedded(uri: string, mimeType: string, content: string): Content[number] {
	return { type: "resource", resource: { uri, mimeType, text: content } };
}
