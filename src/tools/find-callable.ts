/** The tool of an id, where the caller may call it now. */
import { AppError } from "#core/errors";
import type { CallableTool } from "./callable-tool.ts";
import type { CallContext } from "./context.ts";
import { customCallable } from "./custom-callable.ts";
import { mcpCallable } from "./mcp/mcp-callable.ts";
import { isIndexId, ragCallable } from "./rag/rag-callable.ts";
import { standardCallable } from "./standard-callable.ts";
import { findTool, type ToolRow } from "./store.ts";
import { isCustomRow, isMcpRow } from "./tool-row.ts";

type Scope = Pick<CallContext, "caller" | "db" | "standardTools" | "sealingKey" | "egress" | "mcpConnection" | "rag">;

/** Throws `not_found`, and `conflict` for a tool that is switched off. */
export async function findCallable(ctx: Scope, id: string): Promise<CallableTool> {
	const standard = ctx.standardTools.get(id);
	if (standard) return standardCallable(standard);
	if (isIndexId(id)) return await findIndex(ctx, id);
	const row = await findTool(ctx, id);
	if (!row) throw new AppError("not_found", "There is no such tool.");
	if (row.status !== "active") throw new AppError("conflict", whyNot(row));
	if (isMcpRow(row)) return mcpCallable(row, ctx.mcpConnection);
	if (isCustomRow(row)) return customCallable(row, ctx);
	throw new AppError("not_found", "There is no such tool.");
}

async function findIndex({ caller, rag }: Scope, id: string): Promise<CallableTool> {
	const [index] = await rag.describe(caller, [id]);
	if (!index) throw new AppError("not_found", "There is no such tool.");
	return ragCallable(index, rag);
}

function whyNot(row: ToolRow): string {
	const reason = isMcpRow(row) ? row.config.reason : undefined;
	return reason ? `The tool is ${row.status}. ${reason}` : `The tool is ${row.status}.`;
}
