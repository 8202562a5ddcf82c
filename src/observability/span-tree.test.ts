import fc from "fast-check";
import { expect, test } from "vitest";
import type { TraceSpan } from "./schema.ts";
import { spanTree } from "./span-tree.ts";

test("hangs children under their parents, in the order given", () => {
	expect(outline(spanTree(spans("a", "b<a", "c<a", "d<b")))).toEqual(["a(b(d) c)"]);
});

test("takes spans for roots whose parent is not there", () => {
	expect(outline(spanTree(spans("a<lost", "b<a", "c<lost")))).toEqual(["a(b)", "c"]);
});

test("opens a circle at its first span", () => {
	expect(outline(spanTree(spans("a<c", "b<a", "c<b", "d<b", "e<e")))).toEqual(["a(b(c d))", "e"]);
});

test("cuts a chain that no JSON parser would take", () => {
	const chain = Array.from({ length: 250 }, (_, i) => spanOf(`s${i}`, i ? `s${i - 1}` : undefined));
	expect(spanTree(chain).map(({ spanId }) => spanId)).toEqual(["s0", "s100", "s200"]);
	expect(chain[100]!.parentSpanId).toBe("s99");
});

test("places each span once, under its parent or as a root, whatever the parents are", () => {
	const id = fc.integer({ min: 0, max: 30 }).map(String);
	const links = fc.uniqueArray(fc.tuple(id, fc.option(id)), { selector: ([spanId]) => spanId, maxLength: 30 });
	fc.assert(
		fc.property(links, (pairs) => {
			const all = pairs.map(([spanId, parent]) => spanOf(spanId, parent ?? undefined));
			const roots = spanTree(all);
			const placed = roots.flatMap(withDescendants);
			expect(placed.map(({ spanId }) => spanId).toSorted()).toEqual(pairs.map(([spanId]) => spanId).toSorted());
			for (const { spanId, children } of placed) {
				expect(children.every(({ parentSpanId }) => parentSpanId === spanId)).toBe(true);
			}
		}),
	);
});

/** `b<a` is span b with parent a. */
function spans(...links: string[]): TraceSpan[] {
	return links.map((link) => spanOf(...(link.split("<") as [string, string?])));
}

function spanOf(spanId: string, parentSpanId?: string): TraceSpan {
	return {
		spanId,
		parentSpanId,
		operationName: spanId,
		serviceName: "test",
		kind: "internal",
		startTime: "",
		endTime: "",
		durationMs: 0,
		status: "unset",
		tags: {},
		logs: [],
		children: [],
	};
}

function outline(roots: TraceSpan[]): string[] {
	return roots.map(({ spanId, children }) => spanId + (children.length > 0 ? `(${outline(children).join(" ")})` : ""));
}

function withDescendants(span: TraceSpan): TraceSpan[] {
	return [span, ...span.children.flatMap(withDescendants)];
}
