/** What a custom tool must be to be saved: a source that exports a function, schemas that can be used, true examples. */
import { AppError, type FieldError } from "#core/errors";
import { checkSchema, schemaErrors } from "./json-schema.ts";
import { checkScript } from "./sandbox/check-script.ts";
import type { CreateTool } from "./schema.ts";

type Definition = Pick<CreateTool, "source" | "inputSchema" | "examples"> & {
	outputSchema?: CreateTool["outputSchema"];
};

export async function checkDefinition({ source, inputSchema, outputSchema, examples }: Definition): Promise<void> {
	checkSchema(inputSchema, "/inputSchema", true);
	if (outputSchema) checkSchema(outputSchema, "/outputSchema", false);
	await checkScript(source);
	const fields = examples.flatMap((example, i): FieldError[] => [
		...schemaErrors(inputSchema, example.input, `/examples/${i}/input`),
		...(outputSchema && example.output !== undefined
			? schemaErrors(outputSchema, example.output, `/examples/${i}/output`)
			: []),
	]);
	if (fields.length > 0) {
		throw new AppError("invalid_input", "An example does not fit the tool's schema.", { details: { fields } });
	}
}
