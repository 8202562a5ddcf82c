/**
 * References to agents, tools and other workflows are checked when a definition is saved; when it runs, they are looked
 * up again, as whoever runs it.
 */
import type { WorkflowEngineContext } from "./context.ts";
import { hasExpressions } from "./expressions/template-parts.ts";
import { type GraphPlace, nodeProblem, placesIn } from "./graph-place.ts";
import type { Definition, GraphProblem, Node } from "./schema.ts";
import { namesOfWorkflows } from "./store.ts";

export type ReferenceScope = Pick<WorkflowEngineContext, "db" | "caller" | "tools" | "agents">;

type Kind = "agent" | "tool" | "workflow";

interface Reference {
	kind: Kind;
	id: string;
	/** In the node. */
	at: string;
}

/** Of one kind in one definition: each is looked up. */
const maxReferences = 500;

/** A problem for each reference to what the caller may not run now. Asks once about each kind that is named. */
export async function checkReferences(
	ctx: ReferenceScope,
	definition: Definition,
	pointer = "",
): Promise<GraphProblem[]> {
	const found = [...placesIn(definition, pointer)].flatMap((place) =>
		place.graph.nodes.flatMap((node, index) => referencesOf(node).map((reference) => ({ ...reference, place, index }))),
	);
	const idsOf = (kind: Kind) => [
		...new Set(found.filter((one) => one.kind === kind && !hasExpressions(one.id)).map(({ id }) => id)),
	];
	const ids = { agent: idsOf("agent"), tool: idsOf("tool"), workflow: idsOf("workflow") };
	const tooMany = Object.entries(ids).filter(([, { length }]) => length > maxReferences);
	if (tooMany.length > 0) {
		return tooMany.map(([kind]) => ({
			pointer: `${pointer}/nodes`,
			detail: `The nodes name more than ${maxReferences} different ${kind}s.`,
		}));
	}
	const [agent, tool, workflow] = await Promise.all([
		runnable(ids.agent, async () => (await ctx.agents.describe(ctx.caller, ids.agent)).map(({ id }) => id)),
		runnable(ids.tool, async () => (await ctx.tools.describe(ctx.caller, ids.tool)).map(({ id }) => id)),
		runnable(ids.workflow, async () => (await namesOfWorkflows(ctx, ids.workflow)).keys()),
	]);
	const known = { agent, tool, workflow };
	return found.flatMap((reference) => problemOf(reference, known[reference.kind]));
}

async function runnable(ids: string[], ask: () => Promise<Iterable<string>>): Promise<ReadonlySet<string>> {
	return new Set(ids.length === 0 ? [] : await ask());
}

function problemOf(
	{ kind, id, at, place, index }: Reference & { place: GraphPlace; index: number },
	known: ReadonlySet<string>,
): GraphProblem[] {
	const name = `Node \`${place.graph.nodes[index]!.id}\``;
	if (hasExpressions(id)) {
		return [nodeProblem(place, index, `${name} has to name its ${kind} itself: no template is possible there.`, at)];
	}
	if (known.has(id)) return [];
	return [nodeProblem(place, index, `${name} names the ${kind} \`${id}\`, which you cannot run.`, at)];
}

function referencesOf({ type, config, compensation }: Node): Reference[] {
	const references: Reference[] = [];
	if (type === "agent") references.push({ kind: "agent", id: config.agentId, at: "/config/agentId" });
	if (type === "tool") references.push({ kind: "tool", id: config.toolId, at: "/config/toolId" });
	if (type === "rag") references.push({ kind: "tool", id: config.indexId, at: "/config/indexId" });
	if (type === "sub_workflow") references.push({ kind: "workflow", id: config.workflowId, at: "/config/workflowId" });
	if (compensation) references.push({ kind: "tool", id: compensation.toolId, at: "/compensation/toolId" });
	return references;
}
