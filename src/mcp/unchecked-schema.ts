/** A JSON Schema for the SDK to show: the platform's own call checks the arguments, and says which field is wrong. */
import type { StandardSchemaWithJSON } from "@modelcontextprotocol/server";

export function uncheckedSchema(schema: Record<string, unknown>): StandardSchemaWithJSON {
	const asGiven = () => schema;
	return {
		"~standard": {
			...{ version: 1, vendor: "agentic-edge", jsonSchema: { input: asGiven, output: asGiven } },
			validate: (value) => ({ value }),
		},
	};
}
