/** Creates a custom tool, once its source and schemas have been checked. */
import { isoTime } from "#core/clock";
import { newId } from "#core/ids";
import { checkDefinition } from "./check-definition.ts";
import type { ToolsContext } from "./context.ts";
import type { CreateTool, Tool } from "./schema.ts";
import { insertTool } from "./store.ts";
import { toolView } from "./tool-view.ts";
import { sealSecrets } from "./tool-secrets.ts";

export async function createTool(ctx: ToolsContext, input: CreateTool): Promise<Tool> {
	const { compiled } = await checkDefinition(input, ctx.egress);
	const { source, language, timeout, cpuTime, hosts, secrets: given, writes, ...fields } = input;
	const id = newId("tool");
	const secrets = await sealSecrets(ctx, { id, hosts }, given);
	const now = isoTime();
	const row = {
		...{ ...fields, outputSchema: fields.outputSchema ?? null, limits: fields.limits ?? null },
		...{ id, type: "custom" as const, status: "active" as const, version: "1.0.0" },
		config: { source, language, compiled, timeout, cpuTime, hosts, secrets, writes },
		...{ ownerId: ctx.caller.userId, createdAt: now, updatedAt: now, serverId: null },
	};
	await insertTool(ctx, row);
	return toolView(row, ctx.origin);
}
