/** The HTTP request of Dify. */
import { at, type Json, listAt, parsedJson, textAt } from "./loose-json.ts";
import type { NodeWriter } from "./node-writer.ts";
import type { Draft } from "./translation.ts";

type Method = Extract<Draft, { type: "http" }>["config"]["method"];
const methods: readonly string[] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

export function difyHttp(data: unknown, writer: NodeWriter): Draft {
	const method = (textAt(data, "method") ?? "get").toUpperCase();
	if (!methods.includes(method)) writer.note(`The method ${method} is not offered.`);
	const authorization = textAt(data, "authorization", "type") ?? "no-auth";
	if (authorization !== "no-auth") writer.note(`Its authorization (${authorization}) is not taken over.`);
	const body = bodyOf(at(data, "body"), writer);
	return {
		type: "http",
		config: {
			url: writer.url(at(data, "url"), lines(at(data, "params"))),
			...(methods.includes(method) && { method: method as Method }),
			headers: writer.texts(lines(at(data, "headers"))),
			...(body !== undefined && { body }),
		},
	};
}

function bodyOf(body: unknown, writer: NodeWriter): Json | undefined {
	const type = textAt(body, "type") ?? "none";
	const data = at(body, "data");
	if (type === "none" || data === undefined || data === "") return undefined;
	if (type === "form-data" || type === "x-www-form-urlencoded") {
		writer.note(`The body was sent as ${type}; here it is JSON.`);
		if (typeof data === "string") return writer.values(lines(data));
		return writer.values(listAt([data], 0).map((field) => [textAt(field, "key") ?? "", at(field, "value")] as const));
	}
	const source =
		typeof data === "string"
			? data
			: listAt([data], 0)
					.map((part) => textAt(part, "value") ?? "")
					.join("");
	if (type !== "json") return writer.value(source);
	return writer.value(parsedJson(source) ?? source);
}

/** `name: value`, each on its line. */
function lines(text: unknown): [string, string][] {
	if (typeof text !== "string") return [];
	return text.split("\n").flatMap((line): [string, string][] => {
		const colon = line.indexOf(":");
		const name = (colon < 0 ? line : line.slice(0, colon)).trim();
		return name === "" ? [] : [[name, colon < 0 ? "" : line.slice(colon + 1).trim()]];
	});
}
