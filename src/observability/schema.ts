/** The observability domain's contract: traces as the API shows them. */
import { z } from "zod";

const noTrace = "0".repeat(32);
const SpanKind = z.enum(["server", "client", "internal", "producer", "consumer"]);
const SpanStatus = z.enum(["unset", "ok", "error"]);
const SpanAttributes = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export const TraceId = z
	.string()
	.regex(/^[0-9a-f]{32}$/, "must be 32 lower-case hexadecimal digits")
	.refine((id) => id !== noTrace, "must not be all zeros")
	.meta({ description: "W3C trace id, as in `X-Trace-ID`.", example: "4bf92f3577b34da6a3ce929d0e0e4736" });

export const TraceSpan = z
	.object({
		spanId: z.string(),
		parentSpanId: z.string().optional().meta({ description: "Also set where the parent is not in this answer." }),
		operationName: z.string(),
		serviceName: z.string(),
		kind: SpanKind,
		userId: z.string().optional(),
		startTime: z.iso.datetime(),
		endTime: z.iso.datetime(),
		durationMs: z.number().int(),
		status: SpanStatus,
		tags: SpanAttributes.meta({ description: "OpenTelemetry attributes." }),
		logs: z.array(z.unknown()).meta({ description: "Events inside the span." }),
		get children(): z.ZodArray<typeof TraceSpan> {
			return z.array(TraceSpan);
		},
	})
	.meta({ id: "TraceSpan" });

export type TraceSpan = z.infer<typeof TraceSpan>;

export const Trace = z
	.object({
		traceId: z.string(),
		startTime: z.iso.datetime(),
		endTime: z.iso.datetime(),
		durationMs: z.number().int(),
		spanCount: z.number().int().meta({ description: "Spans in this answer." }),
		services: z.array(z.string()),
		truncated: z.boolean().meta({ description: "Whether the trace has more spans than an answer holds." }),
		spans: z.array(TraceSpan).meta({ description: "The spans without a visible parent, earliest first." }),
	})
	.meta({ id: "Trace" });

export type Trace = z.infer<typeof Trace>;

export const TraceSummary = z
	.object({
		traceId: z.string(),
		userId: z.string().optional(),
		rootOperation: z.string(),
		rootService: z.string(),
		startTime: z.iso.datetime(),
		endTime: z.iso.datetime(),
		durationMs: z.number().int(),
		status: z.enum(["ok", "error"]).meta({ description: "`error` where any span failed." }),
		spanCount: z.number().int(),
		errorCount: z.number().int(),
	})
	.meta({ id: "TraceSummary" });

export type TraceSummary = z.infer<typeof TraceSummary>;

export const TraceList = z
	.object({ traces: z.array(TraceSummary), nextCursor: z.string().optional() })
	.meta({ id: "TraceList" });
