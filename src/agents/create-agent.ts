/** Creates an agent, and a template of it where the caller wants one. */
import { isoTime } from "#core/clock";
import { newId } from "#core/ids";
import { resolveModelName } from "#models/model-name";
import { agentView } from "./agent-view.ts";
import type { AgentsContext } from "./context.ts";
import type { Agent, CreateAgent } from "./schema.ts";
import { insertAgent } from "./store.ts";
import { checkTools } from "./tools/check-tools.ts";

export async function createAgent(ctx: AgentsContext, input: CreateAgent): Promise<Agent> {
	resolveModelName(input.config.model);
	await checkTools(ctx, input.config.tools);
	const { isTemplate, category, description = null, ...fields } = input;
	const now = isoTime();
	const owned = { ownerId: ctx.caller.userId, description, createdAt: now, updatedAt: now };
	const agent = { ...fields, ...owned, id: newId("agt"), status: "active" as const, version: "1.0.0" };
	if (!isTemplate) {
		await insertAgent(ctx, agent);
		return agentView(agent, ctx.origin);
	}
	const { name, framework, skills, config, shared } = fields;
	const templateId = newId("tpl");
	await insertAgent(ctx, agent, {
		...{ id: templateId, name, framework, skills, category },
		...{ defaultConfig: config, isPublic: shared, ...owned },
	});
	return { ...agentView(agent, ctx.origin), templateId };
}
