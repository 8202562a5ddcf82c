/** What begins executions of a workflow by itself, on behalf of whoever made it. */
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Role } from "#core/caller";
import type { RunError } from "#run/run";
import type { TriggerConfig } from "./schema.ts";

export const workflowTriggers = sqliteTable("workflow_triggers", {
	id: text().primaryKey(),
	workflowId: text("workflow_id").notNull(),
	ownerId: text("owner_id").notNull(),
	/** The owner's: executions act as that. */
	role: text().$type<Role>().notNull(),
	type: text().$type<TriggerConfig["type"]>().notNull(),
	config: text({ mode: "json" }).$type<TriggerConfig>().notNull(),
	/** Of an event's config. */
	sourceWorkflowId: text("source_workflow_id"),
	input: text({ mode: "json" }).$type<Record<string, unknown>>().notNull(),
	enabled: integer({ mode: "boolean" }).notNull(),
	/** Its owner may run nothing now. */
	suspended: integer({ mode: "boolean" }).notNull().default(false),
	/** Of a webhook, sealed for this row. */
	sealedSecret: text("sealed_secret"),
	/** Of a schedule; what counts is kept by its owner's object. */
	nextRunAt: text("next_run_at"),
	lastFiredAt: text("last_fired_at"),
	lastExecutionId: text("last_execution_id"),
	/** Why the last time nothing began. */
	lastError: text("last_error", { mode: "json" }).$type<RunError>(),
	/** Another one with each change by its owner. */
	revision: text().notNull(),
	createdAt: text("created_at").notNull(),
	updatedAt: text("updated_at").notNull(),
});

export type TriggerRow = typeof workflowTriggers.$inferSelect;
