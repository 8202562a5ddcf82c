/** A tool as its server describes it, and whether that can be taken up. */
import type { Tool } from "@modelcontextprotocol/client";
import { sha256 } from "#core/crypto";
import { checkSchema } from "#core/json-schema";
import type { JsonSchema } from "#tools/schema";
import type { McpDefinition } from "#tools/tables";
import { maxDefinitionLength } from "./limits.ts";

/** Undefined for a tool that is too large, or has no proper name. */
export async function definitionOf(tool: Tool): Promise<McpDefinition | undefined> {
	const { name, title = tool.annotations?.title, inputSchema, outputSchema, annotations = {} } = tool;
	if (name.length === 0 || name.length > 500 || !name.isWellFormed()) return undefined;
	const json = JSON.stringify({ name, title, description: tool.description, inputSchema, outputSchema, annotations });
	if (json.length > maxDefinitionLength) return undefined;
	return {
		remoteName: name,
		...(title && { title }),
		description: tool.description?.trim() || title || name,
		inputSchema: inputSchema as JsonSchema,
		...(outputSchema && { outputSchema: outputSchema as JsonSchema }),
		hash: await sha256(json),
		writes: annotations.readOnlyHint !== true,
		repeatable: annotations.readOnlyHint === true || annotations.idempotentHint === true,
		inputChecked: isChecked(inputSchema as JsonSchema),
		outputChecked: outputSchema !== undefined && isChecked(outputSchema as JsonSchema),
	};
}

/** Schemas beyond the language that our own tools are written in are left to the server to check. */
function isChecked(schema: JsonSchema): boolean {
	try {
		checkSchema(schema, "", false);
		return true;
	} catch {
		return false;
	}
}
