/** A tool as the API shows it. */
import type { IndexDescription, RagClient } from "#rag/client";
import { ragCallable } from "./rag/rag-callable.ts";
import { standardVersion, inputSchemaOf, outputSchemaOf } from "./standard-callable.ts";
import { defaultTimeoutMs, type JsonSchema, type Tool, type ToolExample } from "./schema.ts";
import type { StandardTool } from "./standard/standard-tool.ts";
import { customWrites } from "./custom-callable.ts";
import type { ToolRow } from "./store.ts";
import type { McpDefinition } from "./tables.ts";
import { type CustomRow, isCustomRow, isMcpRow, type McpRow } from "./tool-row.ts";

/** Standard tools are as old as the version of the platform that they came with. */
const standardUpdatedAt = "2026-11-26T00:00:00.000Z";

export function toolView(row: ToolRow, origin: string): Tool {
	if (isCustomRow(row)) return customToolView(row, origin);
	if (isMcpRow(row)) return mcpToolView(row, origin);
	throw new Error(`There is no view of a tool of type ${row.type}.`);
}

function mcpToolView(row: McpRow, origin: string): Tool {
	const { writes, timeout, serverUrl, title, reason, pending } = row.config;
	return {
		...ownView(row, origin),
		...{ type: "mcp", category: "mcp", writes, timeout, serverId: row.serverId, serverUrl },
		...(title && { title }),
		...(reason && { statusReason: reason }),
		...(pending && { pending: pendingView(pending) }),
	};
}

function pendingView({ hash, title, description, inputSchema, outputSchema, writes }: McpDefinition) {
	return { hash, ...(title && { title }), description, inputSchema, ...(outputSchema && { outputSchema }), writes };
}

function customToolView(row: CustomRow, origin: string): Tool {
	const { source, language, timeout, cpuTime, hosts, secrets } = row.config;
	return {
		...ownView(row, origin),
		...{ type: "custom", category: "custom", writes: customWrites(row.config), source, language },
		...{ timeout, cpuTime, hosts, secretNames: Object.keys(secrets) },
	};
}

function ownView(row: ToolRow, origin: string) {
	const { id, name, description, inputSchema, outputSchema, examples, status, shared, ownerId, version } = row;
	return {
		...{ id, name, description, status, shared, ownerId, version },
		...described(inputSchema, outputSchema ?? undefined, examples),
		requiresApproval: row.requiresApproval,
		...(row.limits && { limits: row.limits }),
		healthUrl: healthUrlOf(id, origin),
		lastUpdated: row.updatedAt,
	};
}

export function standardToolView(tool: StandardTool, origin: string): Tool {
	const { id, name, description, category, writes, examples } = tool;
	return {
		...{ id, name, description, type: "standard", category, writes, shared: true, status: "active" },
		requiresApproval: false,
		...described(inputSchemaOf(tool), outputSchemaOf(tool), examples as ToolExample[]),
		timeout: defaultTimeoutMs,
		version: standardVersion,
		healthUrl: healthUrlOf(id, origin),
		lastUpdated: standardUpdatedAt,
	};
}

/** An index of documents, as the tool that it is. */
export function ragToolView(index: IndexDescription, rag: RagClient, origin: string): Tool {
	const { id, name, description, inputSchema, outputSchema, timeoutMs, version } = ragCallable(index, rag);
	return {
		...{ id, name, title: index.name, description, type: "rag", category: "rag", writes: false, status: "active" },
		...{ shared: index.shared, requiresApproval: false, version, timeout: timeoutMs },
		...described(inputSchema, outputSchema, []),
		healthUrl: healthUrlOf(id, origin),
		lastUpdated: index.updatedAt,
	};
}

function healthUrlOf(id: string, origin: string): string {
	return `${origin}/api/v1/tools/${id}/health`;
}

/** The schemas, and what the specification's clients read of them. */
function described(inputSchema: JsonSchema, outputSchema: JsonSchema | undefined, examples: ToolExample[]) {
	const example = examples[0];
	return {
		parameters: parametersOf(inputSchema, example?.input ?? {}),
		output: {
			type: typeOf(outputSchema ?? {}),
			description: textOf(outputSchema?.description),
			...(example?.output !== undefined && { example: example.output }),
		},
		inputSchema,
		...(outputSchema && { outputSchema }),
		examples,
	};
}

function parametersOf(schema: JsonSchema, example: JsonSchema): Tool["parameters"] {
	const required = Array.isArray(schema.required) ? schema.required : [];
	return Object.fromEntries(
		Object.entries(isObject(schema.properties) ? schema.properties : {}).map(([name, value]) => {
			const property = isObject(value) ? value : {};
			const given = Object.hasOwn(example, name) ? example[name] : exampleIn(property);
			return [
				name,
				{
					type: typeOf(property),
					description: textOf(property.description),
					required: required.includes(name),
					...(given !== undefined && { example: given }),
				},
			];
		}),
	);
}

function exampleIn({ examples, default: otherwise }: JsonSchema) {
	return Array.isArray(examples) && examples.length > 0 ? examples[0] : otherwise;
}

function typeOf({ type }: JsonSchema): string {
	if (Array.isArray(type)) return type.filter((item) => typeof item === "string").join(" | ");
	return typeof type === "string" ? type : "any";
}

function textOf(value: unknown): string {
	return typeof value === "string" ? value : "";
}

function isObject(value: unknown): value is JsonSchema {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
