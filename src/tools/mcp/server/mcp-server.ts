/**
 * The server object for one request. A call finds its tool alone, so that no request pays for all tools, and the SDK
 * checks the headers that a tool's schema asks for (`x-mcp-header`) against it.
 */
import { type ListToolsRequest, McpServer, type ServerEventBus } from "@modelcontextprotocol/server";
import { version } from "#core/version";
import { answering } from "#mcp/answering";
import { uncheckedSchema } from "#mcp/unchecked-schema";
import { callOffered } from "./call-offered.ts";
import { registerDocuments } from "./document-resources.ts";
import { registerFiles } from "./file-resources.ts";
import type { McpScope } from "./mcp-scope.ts";
import type { McpTool } from "./mcp-tool.ts";
import { definitionOf, findOfferedTool, listOfferedTools } from "./offered-tools.ts";

/** What a deployment offers besides the caller's tools and files. */
export interface McpExtras {
	tools?: McpTool[];
	/** Resources, prompts, capabilities. */
	register?(mcp: McpServer): void;
}

export interface McpOptions {
	extras?(scope: McpScope): McpExtras;
	/** Where changes of lists are told; without one there are none. */
	bus?: ServerEventBus;
}

const instructions =
	"Tools, files and documents of one user of Agentic Edge. What the file tools write, and the text of documents, are " +
	"listed as resources. A tool may need a person's word for each call; the client is then asked to get it.";

/** `calledTool` is the name in a `tools/call`. */
export async function mcpServer(
	scope: McpScope,
	calledTool: string | undefined,
	{ extras }: McpOptions,
): Promise<McpServer> {
	const { ctx, state } = scope;
	const { tools = [], register } = extras?.(scope) ?? {};
	const mcp = new McpServer(
		{ name: "agentic-edge", title: "Agentic Edge", version },
		{
			instructions,
			capabilities: { tools: { listChanged: false }, resources: { listChanged: false } },
			requestState: { verify: state.verify },
		},
	);
	mcp.server.setRequestHandler(
		"tools/list",
		answering(ctx, async ({ params }: ListToolsRequest) => {
			const page = await listOfferedTools(ctx, params?.cursor);
			if (params?.cursor !== undefined) return page;
			return { ...page, tools: [...tools.map(({ definition }) => definition), ...page.tools] };
		}),
	);
	registerFiles(mcp, ctx);
	registerDocuments(mcp, ctx);
	register?.(mcp);
	if (calledTool === undefined) return mcp;
	const called =
		tools.find(({ definition }) => definition.name === calledTool) ?? (await offeredTool(scope, calledTool));
	if (called) registerTool(mcp, called);
	return mcp;
}

async function offeredTool(scope: McpScope, name: string): Promise<McpTool | undefined> {
	const tool = await findOfferedTool(scope.ctx, name);
	return tool && { definition: definitionOf(name, tool), call: (args, mcp) => callOffered(scope, tool, args, mcp) };
}

function registerTool(mcp: McpServer, { definition, call }: McpTool): void {
	const { name, inputSchema, outputSchema } = definition;
	mcp.registerTool(
		name,
		{
			inputSchema: uncheckedSchema(inputSchema),
			...(outputSchema && { outputSchema: uncheckedSchema(outputSchema) }),
		},
		call,
	);
}
