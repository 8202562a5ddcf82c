/** The tests that every standard tool has to pass: its examples are true, and models are told of all that it takes. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { call } from "./call-tool.fixture.ts";
import type { StandardTool } from "./standard-tool.ts";

export function testStandardTools(tools: readonly StandardTool[]): void {
	describe.each(tools.map((tool) => [tool.id, tool] as const))("%s", (_, tool) => {
		it.each(tool.examples.map((example) => [example.title, example] as const))("%s", async (_title, example) => {
			const output = await call(tool, example.input);
			if ("output" in example) expect(output).toEqual(example.output);
		});

		it("refuses fields it does not have", () => {
			expect(tool.input.safeParse({ ...tool.examples[0]?.input, surplus: 1 }).success).toBe(false);
		});

		it("is described to models, each field of it", () => {
			for (const [name, field] of Object.entries(tool.input.shape)) {
				expect((field as { description?: string }).description, name).toBeTruthy();
			}
			expect(z.toJSONSchema(tool.input, { io: "input" })).toMatchObject({ type: "object" });
			expect(z.toJSONSchema(tool.output, { io: "output" })).toMatchObject({ type: "object" });
		});
	});
}
