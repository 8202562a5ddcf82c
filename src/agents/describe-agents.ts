/** The agents of these ids, as another domain is told of them; ids of what the caller may not run now are left out. */
import type { AgentDescription } from "./client.ts";
import { namesOfActiveAgents, type Scope } from "./store.ts";

export async function describeAgents(scope: Scope, ids: string[]): Promise<AgentDescription[]> {
	const names = await namesOfActiveAgents(scope, ids);
	return ids.flatMap((id) => {
		const name = names.get(id);
		return name === undefined ? [] : [{ id, name }];
	});
}
