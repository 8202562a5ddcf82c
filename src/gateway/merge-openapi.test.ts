import { expect, test } from "vitest";
import { mergeOpenApi, type OpenApiDocument } from "./merge-openapi.ts";

function document(title: string, schemas: Record<string, unknown>, reference: string): OpenApiDocument {
	return {
		openapi: "3.1.0",
		info: { title, version: "1" },
		components: { schemas },
		paths: { [`/${title}`]: { parameters: [], get: { schema: { $ref: `#/components/schemas/${reference}` } } } },
	};
}

test("equal components are shared, clashing ones renamed with their references, operations tagged", () => {
	const base: OpenApiDocument = { openapi: "3.1.0", info: { title: "all", version: "1" } };
	const problem = { type: "object" };
	const merged = mergeOpenApi(base, {
		rag: document(
			"rag",
			{ Problem: problem, Item: { type: "string" }, Items: { $ref: "#/components/schemas/Item" } },
			"Item",
		),
		"workflow-engine": document("flow", { Problem: problem, Item: { type: "number" }, ItemList: {} }, "Item"),
	});
	expect(merged.components?.["schemas"]).toEqual({
		Problem: problem,
		Item: { type: "string" },
		Items: { $ref: "#/components/schemas/Item" },
		WorkflowEngineItem: { type: "number" },
		ItemList: {},
	});
	expect(merged.paths).toEqual({
		"/rag": { parameters: [], get: { tags: ["rag"], schema: { $ref: "#/components/schemas/Item" } } },
		"/flow": {
			parameters: [],
			get: { tags: ["workflow-engine"], schema: { $ref: "#/components/schemas/WorkflowEngineItem" } },
		},
	});
	expect(base).toEqual({ openapi: "3.1.0", info: { title: "all", version: "1" } });
});
