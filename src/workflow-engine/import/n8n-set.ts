/** The node of n8n that sets fields, in its three forms. */
import { at, fieldsAt, isFields, type Json, listAt, objectOf, parsedJson, textAt } from "./loose-json.ts";
import type { ExpressionContext } from "./n8n-expressions.ts";
import type { NodeWriter } from "./node-writer.ts";
import { jsonataOf } from "./reference.ts";
import { isSecretName } from "./secrets.ts";
import type { SourceNode } from "./source-graph.ts";
import { jsonataTemplateOf } from "./text-parts.ts";
import type { Draft } from "./translation.ts";

type Field = [name: string, value: unknown];
type Tree = Map<string, Tree | { value: unknown }>;

export function n8nSet(node: SourceNode, writer: NodeWriter, context: ExpressionContext): Draft {
	const parameters = fieldsAt(node.data, "parameters");
	if (at(parameters, "mode") === "raw" || at(parameters, "mode") === "json") return rawSet(parameters, writer);
	const fields = fieldsOf(parameters);
	const expression = keepsOthers(node) ? mergedWithOthers(fields, writer, context) : undefined;
	if (expression !== undefined) return { type: "transform", config: { expression } };
	if (keepsOthers(node)) writer.note("The other fields of what comes in are not kept.");
	return { type: "transform", config: { value: valueOf(treeOf(fields), writer) } };
}

function rawSet(parameters: unknown, writer: NodeWriter): Draft {
	const source = textAt(parameters, "jsonOutput") ?? "{}";
	return { type: "transform", config: { value: writer.value(parsedJson(source) ?? source) } };
}

function fieldsOf(parameters: unknown): Field[] {
	const fields: Field[] = [];
	for (const field of listAt(parameters, "assignments", "assignments")) {
		fields.push([textAt(field, "name") ?? "", typed(at(field, "value"), textAt(field, "type"))]);
	}
	for (const field of listAt(parameters, "fields", "values")) {
		const type = textAt(field, "type") ?? "stringValue";
		fields.push([textAt(field, "name") ?? "", typed(at(field, type), type.replace("Value", ""))]);
	}
	for (const type of ["string", "number", "boolean"]) {
		for (const field of listAt(parameters, "values", type)) {
			fields.push([textAt(field, "name") ?? "", typed(at(field, "value"), type)]);
		}
	}
	return fields.filter(([name]) => name !== "");
}

/** A literal of the type that the field has; an expression gives its own. */
function typed(value: unknown, type?: string): unknown {
	if (typeof value !== "string" || value.startsWith("=") || type === undefined || type === "string")
		return value ?? null;
	if (type === "number") return value.trim() !== "" && Number.isFinite(Number(value)) ? Number(value) : value;
	if (type === "boolean") return value === "true";
	return parsedJson(value) ?? value;
}

function keepsOthers({ data }: SourceNode): boolean {
	const version = typeof data["typeVersion"] === "number" ? data["typeVersion"] : 1;
	const parameters = fieldsAt(data, "parameters");
	if (version < 3) return at(parameters, "keepOnlySet") !== true;
	if (version < 3.3) return (at(parameters, "include") ?? "all") !== "none";
	return at(parameters, "includeOtherFields") === true;
}

/** JSONata; undefined where a value cannot be said in it. */
function mergedWithOthers(fields: Field[], writer: NodeWriter, context: ExpressionContext): string | undefined {
	const current = context.current([]);
	const others = current && jsonataOf(current);
	if (others === undefined || fields.some(([name]) => name.includes(".") || isSecretName(name))) return undefined;
	const pairs = fields.map(([name, value]) => {
		if (isFields(value) || Array.isArray(value)) return undefined;
		const parts = writer.parts(value);
		const term = parts.length === 0 ? "null" : jsonataTemplateOf(parts);
		return term === undefined ? undefined : `${JSON.stringify(name)}: ${term}`;
	});
	if (pairs.includes(undefined)) return undefined;
	return fields.length === 0 ? others : `$merge([${others}, {${pairs.join(", ")}}])`;
}

/** `a.b` is the field `b` of `a`. */
function treeOf(fields: Field[]): Tree {
	const root: Tree = new Map();
	for (const [name, value] of fields) {
		const path = name.split(".").slice(0, 20);
		const last = path.pop()!;
		let tree = root;
		for (const key of path) {
			const found = tree.get(key);
			const next: Tree = found instanceof Map ? found : new Map();
			tree.set(key, next);
			tree = next;
		}
		tree.set(last, { value });
	}
	return root;
}

function valueOf(tree: Tree, writer: NodeWriter): Json {
	return objectOf(
		Array.from(tree, ([key, child]): [string, Json] => {
			return [key, child instanceof Map ? valueOf(child, writer) : writer.values([[key, child.value]])[key]!];
		}),
	);
}
