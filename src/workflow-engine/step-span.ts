/** How the work on a step is named in a trace. */
import type { SpanAttributes } from "#core/telemetry";
import type { Step } from "./step.ts";

export function spanName({ compiled }: Step): string {
	return `workflow_node ${compiled.node.type}`;
}

export function spanAttributes({ path, attempt }: Step): SpanAttributes {
	return { "agentic_edge.node.id": path, ...(attempt > 1 && { "agentic_edge.node.attempt": attempt }) };
}
