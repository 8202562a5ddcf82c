/** A new agent of the caller's own, from a template. */
import type { AgentsContext } from "./context.ts";
import { createAgent } from "./create-agent.ts";
import type { Agent, InstantiateTemplate } from "./schema.ts";
import { getTemplate } from "./store.ts";

export async function instantiateTemplate(
	ctx: AgentsContext,
	id: string,
	changes: InstantiateTemplate,
): Promise<Agent> {
	const { name, description, framework, skills, category, defaultConfig } = await getTemplate(ctx, id);
	return await createAgent(ctx, {
		...{ framework, skills, category, isTemplate: false, shared: false },
		name: changes.name ?? name,
		description: description ?? undefined,
		config: { ...defaultConfig, ...changes.config },
	});
}
