/** The statements that write a definition's nodes and edges as rows to be searched: a few, however many there are. */
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { WorkflowsDb } from "./context.ts";
import { type GraphPlace, placesIn } from "./graph-place.ts";
import type { Definition, Node } from "./schema.ts";
import { workflowEdges, workflowNodes } from "./tables.ts";

/** Those in the bodies of loops included. */
export function countNodes(definition: Definition): number {
	return [...placesIn(definition, "")].reduce((count, { graph }) => count + graph.nodes.length, 0);
}

/** For a batch; where `condition` does not hold, nothing is written. */
export function insertGraph(db: WorkflowsDb, workflowId: string, definition: Definition, condition: SQL = sql`true`) {
	const places = [...placesIn(definition, "")];
	const nodes = places.map((place) => ({ loop: loopOf(place), rows: place.graph.nodes.map(nodeRow) }));
	const edges = places.map((place) => ({ loop: loopOf(place), rows: place.graph.edges }));
	return [
		db
			.insert(workflowNodes)
			.select(rowsOf(nodes, condition, workflowId, ["id", "type", "agentId", "toolId", "undoId", "workflowId"])),
		db
			.insert(workflowEdges)
			.select(rowsOf(edges, condition, workflowId, ["id", "source", "target", "type", "condition"])),
	] as const;
}

/** For a batch. */
export function deleteGraph(db: WorkflowsDb, workflowId: string, condition?: SQL) {
	return [
		db.delete(workflowNodes).where(and(eq(workflowNodes.workflowId, workflowId), condition)),
		db.delete(workflowEdges).where(and(eq(workflowEdges.workflowId, workflowId), condition)),
	] as const;
}

/** All lists are one parameter, for a statement takes few; each is taken apart once, not for each of its rows. */
function rowsOf(lists: object[], condition: SQL, workflowId: string, fields: string[]): SQL {
	const values = sql.raw(fields.map((name) => `row.value ->> '${name}'`).join(", "));
	return sql`
		WITH list AS MATERIALIZED (
			SELECT value ->> 'loop' AS loop, value -> 'rows' AS rows FROM json_each(${JSON.stringify(lists)})
		)
		SELECT ${workflowId}, list.loop, ${values} FROM list, json_each(list.rows) AS row WHERE ${condition}`;
}

function nodeRow({ id, type, config, compensation }: Node) {
	const named = config as { agentId?: string; toolId?: string; indexId?: string; workflowId?: string };
	// An index is a tool.
	const { agentId, toolId = named.indexId, workflowId } = named;
	return { id, type, agentId, toolId, undoId: compensation?.toolId, workflowId };
}

function loopOf({ prefix }: GraphPlace): string {
	return prefix.slice(0, -1);
}
