/** Reads the text of an export: JSON, or YAML as Dify's are; and tells which format it is. */
import { Lexer, parse } from "yaml";
import { AppError } from "#core/errors";
import type { ImportFormat } from "./import-report.ts";
import { at, type Fields, isFields } from "./loose-json.ts";

/** In characters. */
export const maxSourceLength = 1_000_000;
/** To parse YAML takes some microseconds a character, and nothing else is done meanwhile. */
const maxYamlLength = 150_000;
const maxAliases = 100;

/** Throws `invalid_input` for what is neither, is too long, or is no object. */
export function readSource(source: string): Fields {
	if (source.length > maxSourceLength) {
		throw new AppError(
			"invalid_input",
			`The export is longer than ${maxSourceLength.toLocaleString("en-US")} characters.`,
		);
	}
	const text = source.replace(/^\uFEFF/, "");
	const content = /^\s*[{[]/.test(text) ? readJson(text) : readYaml(text);
	if (!isFields(content)) throw new AppError("invalid_input", "The export is no JSON object and no YAML map.");
	return content;
}

/** Throws `invalid_input` for what is none of the formats. */
export function formatOf(content: Fields): ImportFormat {
	if (isFields(at(content, "connections")) && Array.isArray(at(content, "nodes"))) return "n8n";
	if (Array.isArray(at(content, "nodes")) && Array.isArray(at(content, "edges"))) return "flowise";
	if (isFields(at(content, "workflow", "graph")) || typeof at(content, "app", "mode") === "string") return "dify";
	if (typeof at(content, "func") === "string" && at(content, "schema") !== undefined) {
		throw new AppError("invalid_input", "This is a tool of Flowise, not a workflow.");
	}
	throw new AppError("invalid_input", "This is no workflow of n8n, Dify or Flowise.");
}

function readJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw new AppError("invalid_input", `The export is no valid JSON: ${messageOf(cause)}`, { cause });
	}
}

function readYaml(text: string): unknown {
	if (text.length > maxYamlLength) {
		const most = maxYamlLength.toLocaleString("en-US");
		throw new AppError("invalid_input", `An export in YAML is longer than ${most} characters; send it as JSON.`);
	}
	refuseAliases(text);
	try {
		return parse(text, { maxAliasCount: maxAliases, uniqueKeys: false, prettyErrors: false, logLevel: "error" });
	} catch (cause) {
		throw new AppError("invalid_input", `The export is no valid JSON or YAML: ${messageOf(cause)}`, { cause });
	}
}

/** Each of them is looked up in the whole document, so they are counted before. */
function refuseAliases(text: string): void {
	let aliases = 0;
	let isScalar = false;
	for (const token of new Lexer().lex(text)) {
		if (token.startsWith("*") && !isScalar && ++aliases > maxAliases) {
			throw new AppError("invalid_input", `The export has more than ${maxAliases} YAML aliases.`);
		}
		isScalar = token === "\u001f";
	}
}

function messageOf(cause: unknown): string {
	return cause instanceof Error ? cause.message.slice(0, 200) : "it cannot be read.";
}
