/** `tools/call`: the platform's own call, its result or its failure as MCP has them. */
import type { CallToolResult, InputRequiredResult, ServerContext } from "@modelcontextprotocol/server";
import { failedCall } from "#mcp/failed-call";
import type { CallableTool } from "#tools/callable-tool";
import { callTool, checkCall, type ToolCall } from "#tools/call-tool";
import { askApproval } from "./ask-approval.ts";
import type { McpScope } from "./mcp-scope.ts";

/** A call that fails is a result that says so, input that does not fit included: the model reads it and tries again. */
export async function callOffered(
	scope: McpScope,
	tool: CallableTool,
	args: unknown,
	mcp: ServerContext,
): Promise<CallToolResult | InputRequiredResult> {
	const { ctx } = scope;
	try {
		// Nobody is asked about a call that could not be made.
		if (tool.requiresApproval) checkCall(ctx, tool, args);
		const { question, approvedHash } = tool.requiresApproval ? await askApproval(scope, tool, args, mcp) : {};
		if (question) return question;
		const options = { idempotencyKey: ctx.caller.requestId, signal: mcp.mcpReq.signal, approvedHash };
		const call = await callTool(ctx, tool, args, options);
		if (call.error) throw call.error;
		return resultOf(tool, call);
	} catch (error) {
		return failedCall(ctx, error);
	}
}

function resultOf({ outputSchema }: CallableTool, { value }: ToolCall): CallToolResult {
	const text = typeof value === "string" ? value : JSON.stringify(value);
	return { content: [{ type: "text", text }], ...(outputSchema && { structuredContent: value }) };
}
