/** The HTTP request of n8n, in its old and its new form. */
import { at, fieldsAt, type Json, listAt, parsedJson, textAt } from "./loose-json.ts";
import type { NodeWriter } from "./node-writer.ts";
import type { SourceNode } from "./source-graph.ts";
import type { Draft } from "./translation.ts";

type Method = Extract<Draft, { type: "http" }>["config"]["method"];
const methods: readonly string[] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

export function n8nHttp({ data }: SourceNode, writer: NodeWriter): Draft {
	const parameters = fieldsAt(data, "parameters");
	const method = (textAt(parameters, "method") ?? textAt(parameters, "requestMethod") ?? "GET").toUpperCase();
	const headers = writer.texts([...pairs(parameters, "headerParameters"), ...jsonPairs(parameters, "jsonHeaders")]);
	const query = [...pairs(parameters, "queryParameters"), ...jsonPairs(parameters, "jsonQuery")];
	const body = bodyOf(parameters, writer);
	const authentication = textAt(parameters, "authentication") ?? "none";
	if (authentication !== "none") writer.note(`Its authentication (${authentication}) is not taken over.`);
	if (Object.keys(fieldsAt(parameters, "options")).length > 0) {
		writer.note(`Options are not taken over: ${Object.keys(fieldsAt(parameters, "options")).slice(0, 20).join(", ")}.`);
	}
	return {
		type: "http",
		config: {
			url: writer.url(at(parameters, "url"), query),
			...(methods.includes(method)
				? { method: method as Method }
				: noted(writer, `The method ${method} is not offered.`)),
			headers,
			...(body !== undefined && { body }),
		},
	};
}

function bodyOf(parameters: unknown, writer: NodeWriter): Json | undefined {
	const fields = pairs(parameters, "bodyParameters");
	const json = at(parameters, "jsonBody") ?? at(parameters, "bodyParametersJson");
	const raw = at(parameters, "body");
	const contentType = textAt(parameters, "contentType") ?? textAt(parameters, "bodyContentType") ?? "json";
	if (at(parameters, "sendBody") === false) return undefined;
	if (contentType !== "json" && (fields.length > 0 || raw !== undefined)) {
		writer.note(`The body was sent as ${contentType}; here it is JSON or text.`);
	}
	if (json !== undefined) return typeof json === "string" ? jsonBody(json, writer) : writer.value(json);
	if (fields.length > 0) return writer.values(fields);
	return raw === undefined ? undefined : writer.value(raw);
}

/** JSON whose texts have expressions in them is that JSON; any other is a text. */
function jsonBody(source: string, writer: NodeWriter): Json {
	const isExpression = source.startsWith("=");
	const parsed = parsedJson(isExpression ? source.slice(1) : source);
	if (parsed === undefined) return writer.value(source);
	return writer.value(isExpression ? expressionsIn(parsed) : parsed);
}

function expressionsIn(value: unknown): unknown {
	if (typeof value === "string") return value.includes("{{") ? `=${value}` : value;
	if (Array.isArray(value)) return value.map(expressionsIn);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, expressionsIn(child)]));
}

function pairs(parameters: unknown, name: string): [string, unknown][] {
	const given = [...listAt(parameters, name, "parameters"), ...listAt(parameters, `${name}Ui`, "parameter")];
	return given.flatMap((pair): [string, unknown][] => {
		const key = textAt(pair, "name");
		return key === undefined ? [] : [[key, at(pair, "value") ?? ""]];
	});
}

function jsonPairs(parameters: unknown, name: string): [string, unknown][] {
	const json = parsedJson((textAt(parameters, name) ?? "{}").replace(/^=/, ""));
	return Object.entries(fieldsAt([expressionsIn(json)], 0));
}

function noted(writer: NodeWriter, detail: string): Record<string, never> {
	writer.note(detail);
	return {};
}
