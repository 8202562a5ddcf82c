/** What the documentation says of graphs: the reference of nodes, which `UPDATE_DOCS=1` writes anew, and the examples. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { checkGraph } from "./check-graph.ts";
import { Node, Retry } from "./node-schema.ts";
import { Definition, ExecutionOptions } from "./schema.ts";

const page = "docs/workflows.md";
const [begin, end] = ["<!-- nodes -->", "<!-- /nodes -->"];

interface Property {
	type?: string | string[];
	description?: string;
	default?: unknown;
	enum?: unknown[];
	anyOf?: Property[];
	allOf?: Property[];
	$ref?: string;
	minimum?: number;
	maximum?: number;
}

interface ObjectSchema extends Property {
	properties?: Record<string, Property>;
	required?: string[];
	$defs?: Record<string, ObjectSchema>;
}

test("docs/workflows.md shows every node with its fields, as the schemas have them", () => {
	const text = readFileSync(page, "utf8");
	const [before, after] = [text.indexOf(begin), text.indexOf(end)];
	expect([before, after].every((index) => index > 0)).toBe(true);
	const written = `${text.slice(0, before)}${begin}\n\n${reference()}\n\n${text.slice(after)}`;
	if (process.env.UPDATE_DOCS === "1") writeFileSync(page, written);
	expect(withoutPadding(text)).toBe(withoutPadding(written));
});

test.each(["README.md", page])("the workflow of %s can run", (file) => {
	const [, json] = /-d '(\{(?:(?!-d ')[^])*?"edges": (?:(?!-d ')[^])*?\})'$/m.exec(readFileSync(file, "utf8")) ?? [];
	expect(checkGraph(Definition.parse(JSON.parse(json!)))).toEqual([]);
});

/** The formatter aligns tables. */
function withoutPadding(text: string): string {
	return text.replaceAll(/ +/g, " ").replaceAll(/-{3,}/g, "---");
}

function reference(): string {
	const types = Node.options.map((option) => {
		const { type, config } = option.shape;
		const schema = jsonSchemaOf(config);
		const { description } = config.meta() ?? ("unwrap" in config ? config.unwrap().meta() : undefined) ?? {};
		return [`### \`${[...type.values].join()}\``, description ?? "", tableOf(schema)].filter(Boolean).join("\n\n");
	});
	const { id, name, position, timeout, retry, assign, compensation } = Node.options[0].shape;
	const common = jsonSchemaOf(z.object({ id, name, position, timeout, retry, assign, compensation }));
	return [
		...types,
		"### What every node has\n\nBesides `type` and `config`:",
		tableOf(common),
		"### Retry\n\nA node's `retry`:",
		tableOf(jsonSchemaOf(Retry)),
		"### Options of an execution\n\n`options` of a workflow, and of `execute` for one execution:",
		tableOf(jsonSchemaOf(ExecutionOptions)),
	].join("\n\n");
}

function jsonSchemaOf(schema: z.ZodType): ObjectSchema {
	const json = z.toJSONSchema(schema, { io: "input" }) as ObjectSchema;
	return json.$ref ? (json.$defs?.[json.$ref.split("/").at(-1)!] ?? json) : json;
}

function tableOf({ properties = {}, required = [] }: ObjectSchema): string {
	const rows = Object.entries(properties).map(([name, property]) => {
		const isRequired = required.includes(name) && property.default === undefined;
		const fallback = property.default === undefined ? (isRequired ? "required" : "") : code(property.default);
		return `| \`${name}\` | ${typeOf(name, property)} | ${fallback} | ${property.description ?? ""} |`;
	});
	return rows.length === 0 ? "" : ["| field | type | default | |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function typeOf(name: string, property: Property): string {
	if (name === "body" && property.type === "object") return "graph";
	if (property.enum) return property.enum.length > 10 ? "text" : property.enum.map(code).join(", ");
	const { anyOf, allOf, type, $ref, minimum, maximum } = property;
	if (anyOf) return [...new Set(anyOf.map((one) => typeOf(name, one)))].join(" or ");
	if (allOf?.[0]) return typeOf(name, allOf[0]);
	if ($ref) return named[$ref.split("/").at(-1)!] ?? "object";
	if (type === undefined || Array.isArray(type)) return "JSON";
	const isBounded = (type === "integer" || type === "number") && minimum !== undefined && maximum !== undefined;
	return isBounded && maximum < 1e12 ? `${kinds[type] ?? type}, ${minimum} to ${maximum}` : (kinds[type] ?? type);
}

const kinds: Record<string, string> = { string: "text", array: "list", integer: "integer", object: "object" };
const named: Record<string, string> = {
	JsonValue: "JSON",
	WorkflowExpression: "CEL",
	WorkflowRetry: "[retry](#retry)",
	WorkflowCompensation: "`{ toolId, parameters }`",
};

function code(value: unknown): string {
	return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}
