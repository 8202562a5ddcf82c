/** Reads a value as GraphQL writes it (https://spec.graphql.org/October2021/#sec-Input-Values); names of enums as text. */

const token = /\s*(?:,\s*)*([{}[\]:]|"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[_A-Za-z]\w*)(?:\s|,)*/y;

export function parseGraphqlValue(text: string): unknown {
	const tokens: string[] = [];
	token.lastIndex = 0;
	while (token.lastIndex < text.length) {
		const found = token.exec(text)?.[1];
		if (found === undefined) throw new Error(`No GraphQL: ${text}`);
		tokens.push(found);
	}
	const value = read();
	if (tokens.length > 0) throw new Error(`More than a value: ${text}`);
	return value;

	function read(): unknown {
		const next = tokens.shift() ?? "";
		if (next === "{") {
			const fields: [string, unknown][] = [];
			while (tokens[0] !== "}") {
				const name = tokens.shift() ?? "";
				if (tokens.shift() !== ":" || !/^[_A-Za-z]/.test(name)) throw new Error(`No field: ${name}`);
				fields.push([name, read()]);
			}
			tokens.shift();
			return Object.fromEntries(fields);
		}
		if (next === "[") {
			const items: unknown[] = [];
			while (tokens[0] !== "]") items.push(read());
			tokens.shift();
			return items;
		}
		return /^[_A-Za-z]/.test(next) && !["true", "false", "null"].includes(next) ? next : JSON.parse(next);
	}
}
