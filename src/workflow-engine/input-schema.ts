/** What the input of an execution has to be, where the start of the graph says it. */
import { AppError } from "#core/errors";
import { type JsonSchema, schemaErrors } from "#core/json-schema";
import type { Graph } from "./schema.ts";

/** Anything, where nothing is said. */
const anyObject: JsonSchema = { type: "object" };

export function inputSchemaOf({ nodes }: Pick<Graph, "nodes">): JsonSchema {
	const schemas = nodes.flatMap((node) =>
		node.type === "start" && node.config.inputSchema ? [node.config.inputSchema] : [],
	);
	if (schemas.length === 0) return anyObject;
	return schemas.length === 1 ? schemas[0]! : { type: "object", allOf: schemas };
}

/** Throws `invalid_input` with the place of what does not fit. */
export function checkInput(graph: Pick<Graph, "nodes">, input: Record<string, unknown>): void {
	const schema = inputSchemaOf(graph);
	const fields = schema === anyObject ? [] : schemaErrors(schema, input, "/input");
	if (fields.length > 0)
		throw new AppError("invalid_input", "The input does not fit the workflow; see `errors`.", { details: { fields } });
}
