import fc from "fast-check";
import { expect, test } from "vitest";
import type { AppError } from "./errors.ts";
import { decodeCursor, encodeCursor, pageOf, type Position } from "./paging.ts";

const wellFormed = fc.string({ unit: "binary" });

test("reads back any position, in characters that a URL takes unescaped", () => {
	fc.assert(
		fc.property(wellFormed, wellFormed, (at, id) => {
			const cursor = encodeCursor({ at, id });
			expect(cursor).toMatch(/^[A-Za-z0-9_-]*$/);
			expect(decodeCursor(cursor)).toEqual({ at, id });
		}),
	);
});

test("refuses any other text as invalid input, never as a fault of ours", () => {
	const base64 = fc.json().map((json) => new TextEncoder().encode(json).toBase64({ alphabet: "base64url" }));
	fc.assert(
		fc.property(fc.oneof(fc.string(), base64), (cursor) => {
			try {
				const position: Position = decodeCursor(cursor);
				expect([typeof position.at, typeof position.id]).toEqual(["string", "string"]);
			} catch (error) {
				expect((error as AppError).code).toBe("invalid_input");
			}
		}),
	);
});

test("pages cover a list once, in order, and only the last has no cursor", () => {
	fc.assert(
		fc.property(fc.nat(50), fc.integer({ min: 1, max: 10 }), (total, limit) => {
			const all = Array.from({ length: total }, (_, i) => i);
			const seen: number[] = [];
			let from = 0;
			for (;;) {
				const page = pageOf(all.slice(from, from + limit + 1), limit, (item) => ({ at: "", id: String(item) }));
				seen.push(...page.items);
				if (!page.nextCursor) break;
				expect(page.items).toHaveLength(limit);
				from = Number(decodeCursor(page.nextCursor).id) + 1;
			}
			expect(seen).toEqual(all);
		}),
	);
});
