/** The observability database; the migrations say why its keys are what they are. */
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { SiblingSpan, SpanAttributes, SpanKind, SpanStatus } from "#core/telemetry";

export const observabilityEvents = sqliteTable(
	"observability_events",
	{
		traceId: text().notNull(),
		userId: text().notNull(),
		spanId: text().notNull(),
		parentSpanId: text(),
		operationName: text().notNull(),
		serviceName: text().notNull(),
		kind: text().$type<SpanKind>().notNull(),
		startTime: integer().notNull(),
		endTime: integer().notNull(),
		duration: integer()
			.notNull()
			.generatedAlwaysAs(sql`max(end_time - start_time, 0)`),
		status: text().$type<SpanStatus>().notNull(),
		tags: text({ mode: "json" }).$type<SpanAttributes>().notNull(),
		logs: text({ mode: "json" }).$type<unknown[]>().notNull(),
		siblings: text({ mode: "json" }).$type<SiblingSpan[]>().notNull(),
	},
	(table) => [primaryKey({ columns: [table.traceId, table.userId, table.spanId] })],
);

export const traces = sqliteTable(
	"traces",
	{
		traceId: text().notNull(),
		userId: text().notNull(),
		startTime: integer().notNull(),
		endTime: integer().notNull(),
		spanCount: integer().notNull(),
		errorCount: integer().notNull(),
		root: text({ mode: "json" }).$type<[rank: string, operation: string, service: string]>().notNull(),
	},
	(table) => [
		primaryKey({ columns: [table.traceId, table.userId] }),
		index("traces_by_user").on(table.userId, table.startTime),
		index("traces_by_time").on(table.startTime),
	],
);

export type SpanRow = typeof observabilityEvents.$inferSelect;
export type TraceRow = typeof traces.$inferSelect;
