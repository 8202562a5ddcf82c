/** Creates a custom tool, once its source and schemas have been checked. */
import { isoTime } from "#core/clock";
import { newId } from "#core/ids";
import { checkDefinition } from "./check-definition.ts";
import type { ToolsContext } from "./context.ts";
import type { CreateTool, Tool } from "./schema.ts";
import { insertTool } from "./store.ts";
import { toolView } from "./tool-view.ts";

export async function createTool(ctx: ToolsContext, input: CreateTool): Promise<Tool> {
	await checkDefinition(input);
	const { source, timeout, outputSchema = null, ...fields } = input;
	const now = isoTime();
	const row = {
		...{ ...fields, outputSchema, config: { source, timeout } },
		...{ id: newId("tool"), type: "custom" as const, status: "active" as const, version: "1.0.0" },
		...{ ownerId: ctx.caller.userId, createdAt: now, updatedAt: now },
		...{ requiresApproval: false, limits: null, serverId: null },
	};
	await insertTool(ctx, row);
	return toolView(row, ctx.origin);
}
