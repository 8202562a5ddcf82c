/**
 * What a custom tool must be to be saved: a source that exports a function, schemas that can be used, true examples,
 * hosts that may be called.
 */
import type { EgressPolicy } from "#core/egress";
import { AppError, type FieldError } from "#core/errors";
import { checkHosts } from "./declared-hosts.ts";
import { checkSchema, schemaErrors } from "#core/json-schema";
import { checkScript } from "./sandbox/check-script.ts";
import { compileScript } from "./sandbox/compile-script.ts";
import type { CreateTool } from "./schema.ts";

type Definition = Pick<CreateTool, "source" | "language" | "inputSchema" | "examples" | "hosts"> & {
	outputSchema?: CreateTool["outputSchema"];
};

/** Returns what of the definition runs: of TypeScript what it is compiled to. */
export async function checkDefinition(definition: Definition, egress: EgressPolicy): Promise<{ compiled?: string }> {
	const { source, language, inputSchema, outputSchema, examples, hosts } = definition;
	checkSchema(inputSchema, "/inputSchema", true);
	if (outputSchema) checkSchema(outputSchema, "/outputSchema", false);
	const compiled = language === "typescript" ? compileScript(source) : undefined;
	await checkScript(compiled ?? source);
	const fields = examples.flatMap((example, i): FieldError[] => [
		...schemaErrors(inputSchema, example.input, `/examples/${i}/input`),
		...(outputSchema && example.output !== undefined
			? schemaErrors(outputSchema, example.output, `/examples/${i}/output`)
			: []),
	]);
	if (fields.length > 0) {
		throw new AppError("invalid_input", "An example does not fit the tool's schema.", { details: { fields } });
	}
	await checkHosts(hosts, egress);
	return compiled === undefined ? {} : { compiled };
}
