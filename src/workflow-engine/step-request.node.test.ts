import { expect, it } from "vitest";
import { Node } from "./node-schema.ts";
import type { Step } from "./step.ts";
import { stepRequest } from "./step-request.ts";

it("a search is a call of the index as a tool, with its filter filled and what else it says", () => {
	const filter = { field: "year", eq: "{{input.year}}" };
	const config = { indexId: "idx_1", query: "owls of {{input.year}}", filter, rerank: { depth: 20 } };
	const node = Node.parse({ id: "find", type: "rag", config });
	const scope = { input: { year: 2026 } } as never;
	expect(stepRequest({ compiled: { node } } as unknown as Step, scope)).toEqual({
		...{ type: "tool", toolId: "idx_1" },
		parameters: { query: "owls of 2026", limit: 5, filter: { field: "year", eq: 2026 }, rerank: { depth: 20 } },
	});
});
