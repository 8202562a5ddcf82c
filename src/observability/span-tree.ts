/** Spans as a forest. Parents come from many senders, so they may be missing, circular or nested without end. */
import type { TraceSpan } from "./schema.ts";

/** Answers nest no deeper: JSON parsers have limits. A span below begins a tree of its own, its parent still named. */
const maxDepth = 100;

/** Fills `children` and returns the roots; brothers keep the order of `spans`. Linear, and without recursion. */
export function spanTree(spans: TraceSpan[]): TraceSpan[] {
	const ids = new Set(spans.map(({ spanId }) => spanId));
	const hasParent = ({ parentSpanId }: TraceSpan) => parentSpanId !== undefined && ids.has(parentSpanId);
	const byParent = Map.groupBy(spans, ({ parentSpanId }) => parentSpanId);
	const roots = new Set<TraceSpan>();
	const placed = new Set<TraceSpan>();

	function plant(root: TraceSpan): void {
		roots.add(root);
		placed.add(root);
		const queue = [{ span: root, depth: 1 }];
		for (const { span, depth } of queue) {
			for (const child of byParent.get(span.spanId) ?? []) {
				if (placed.has(child)) continue;
				placed.add(child);
				if (depth < maxDepth) span.children.push(child);
				else roots.add(child);
				queue.push({ span: child, depth: depth < maxDepth ? depth + 1 : 1 });
			}
		}
	}

	for (const span of spans) if (!hasParent(span)) plant(span);
	// What is left hangs from a circle of parents: its first span stands in as the root.
	for (const span of spans) if (!placed.has(span)) plant(span);
	return spans.filter((span) => roots.has(span));
}
