/** The workflow-engine database: definitions are its own; executions are a projection of the objects that run them. */
import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { RunError, RunStatus } from "#run/run";
import type { ExecutionStatus } from "./execution-schema.ts";
import type { Definition, Edge, NodeType, Workflow } from "./schema.ts";
import type { WorkflowRunInput } from "./workflow-run.ts";

export const workflows = sqliteTable("workflows", {
	id: text().primaryKey(),
	ownerId: text("owner_id").notNull(),
	name: text().notNull(),
	description: text(),
	status: text().$type<Workflow["status"]>().notNull(),
	version: text().notNull(),
	category: text().notNull(),
	shared: integer({ mode: "boolean" }).notNull(),
	isTemplate: integer("is_template", { mode: "boolean" }).notNull(),
	definition: text({ mode: "json" }).$type<Definition>().notNull(),
	/** Nodes, those in the bodies of loops included. */
	nodeCount: integer("node_count").notNull(),
	/** Another one with each change. */
	revision: text().notNull(),
	createdAt: text("created_at").notNull(),
	updatedAt: text("updated_at").notNull(),
});

export const workflowVersions = sqliteTable(
	"workflow_versions",
	{
		workflowId: text("workflow_id").notNull(),
		version: text().notNull(),
		name: text().notNull(),
		definition: text({ mode: "json" }).$type<Definition>().notNull(),
		createdBy: text("created_by").notNull(),
		createdAt: text("created_at").notNull(),
	},
	(table) => [primaryKey({ columns: [table.workflowId, table.version] })],
);

export const workflowNodes = sqliteTable(
	"workflow_nodes",
	{
		workflowId: text("workflow_id").notNull(),
		/** The loop in whose body it stands, as `outer/inner`; empty for a node of the workflow itself. */
		loop: text().notNull(),
		nodeId: text("node_id").notNull(),
		type: text().$type<NodeType>().notNull(),
		agentId: text("agent_id"),
		toolId: text("tool_id"),
		compensationToolId: text("compensation_tool_id"),
		subWorkflowId: text("sub_workflow_id"),
	},
	(table) => [primaryKey({ columns: [table.workflowId, table.loop, table.nodeId] })],
);

export const workflowEdges = sqliteTable(
	"workflow_edges",
	{
		workflowId: text("workflow_id").notNull(),
		loop: text().notNull(),
		edgeId: text("edge_id").notNull(),
		sourceId: text("source_id").notNull(),
		targetId: text("target_id").notNull(),
		type: text().$type<Edge["type"]>().notNull(),
		condition: text(),
	},
	(table) => [primaryKey({ columns: [table.workflowId, table.loop, table.edgeId] })],
);

export const workflowExecutions = sqliteTable("workflow_executions", {
	id: text().primaryKey(),
	/** Null for a graph that was sent to be run. */
	workflowId: text("workflow_id"),
	version: text(),
	ownerId: text("owner_id").notNull(),
	input: text({ mode: "json" }).$type<Record<string, unknown>>().notNull(),
	output: text({ mode: "json" }),
	status: text().$type<RunStatus>().notNull(),
	/** As the API tells it, where a run that goes on may wait or be paused. */
	state: text().$type<ExecutionStatus>().notNull(),
	currentNode: text("current_node"),
	error: text({ mode: "json" }).$type<RunError>(),
	trigger: text({ mode: "json" }).$type<NonNullable<WorkflowRunInput["trigger"]>>(),
	source: text({ mode: "json" }).$type<NonNullable<WorkflowRunInput["source"]>>(),
	parent: text({ mode: "json" }).$type<NonNullable<WorkflowRunInput["parent"]>>(),
	/** Milliseconds, by the ids of the nodes. */
	nodeTimes: text("node_times", { mode: "json" }).$type<Record<string, number>>().notNull(),
	traceId: text("trace_id").notNull(),
	startTime: text("start_time").notNull(),
	endTime: text("end_time"),
	duration: integer(),
	/** The run's revision that this row shows; an older one never overwrites it. */
	revision: integer().notNull(),
});
