/** One OpenAPI document of many: paths side by side, components shared where equal and renamed where they clash. */

export interface OpenApiDocument {
	openapi: string;
	info: { title: string; version: string; description?: string };
	paths?: Record<string, unknown>;
	components?: Record<string, Record<string, unknown>>;
	[field: string]: unknown;
}

/** Adds the paths and components of each document to `base`; operations are tagged with their service. */
export function mergeOpenApi(base: OpenApiDocument, documents: Record<string, OpenApiDocument>): OpenApiDocument {
	const merged = structuredClone(base);
	const paths = (merged.paths ??= {});
	const components = (merged.components ??= {});
	for (const [service, document] of Object.entries(documents)) {
		const own = renamed(document, clashes(components, document.components), service);
		for (const [path, item] of Object.entries(own.paths ?? {})) paths[path] ??= tagged(item, service);
		for (const [section, entries] of Object.entries(own.components ?? {})) {
			components[section] = { ...components[section], ...entries };
		}
	}
	return merged;
}

function clashes(known: OpenApiDocument["components"], added: OpenApiDocument["components"]): [string, string][] {
	return Object.entries(added ?? {}).flatMap(([section, entries]) =>
		Object.entries(entries)
			.filter(([name, value]) => differs(known?.[section]?.[name], value))
			.map(([name]): [string, string] => [section, name]),
	);
}

function differs(known: unknown, value: unknown): boolean {
	return known !== undefined && JSON.stringify(known) !== JSON.stringify(value);
}

/** References are strings, so renaming works on the text. */
function renamed(document: OpenApiDocument, names: [string, string][], service: string): OpenApiDocument {
	if (names.length === 0) return document;
	const prefix = service.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
	let text = JSON.stringify(document);
	for (const [section, name] of names) {
		text = text.replaceAll(`"#/components/${section}/${name}"`, `"#/components/${section}/${prefix}${name}"`);
	}
	const copy = JSON.parse(text) as OpenApiDocument;
	for (const [section, name] of names) {
		const entries = copy.components?.[section];
		if (!entries) continue;
		entries[prefix + name] = entries[name];
		delete entries[name];
	}
	return copy;
}

function tagged(item: unknown, service: string): unknown {
	if (typeof item !== "object" || item === null) return item;
	const operations = Object.entries(item).map(([method, operation]: [string, unknown]) => {
		if (typeof operation !== "object" || operation === null || Array.isArray(operation)) return [method, operation];
		return [method, { tags: [service], ...operation }];
	});
	return Object.fromEntries(operations);
}
