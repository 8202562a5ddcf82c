/** The nodes that a CEL expression names: `nodes.a`, `nodes["a-b"]`. */
import type { ASTNode } from "@marcbachmann/cel-js";
import { parseExpression } from "./expressions/parse-expression.ts";

/** Each id once. Throws `invalid_input` for what does not parse. */
export function nodesNamedIn(source: string): Set<string> {
	const named = new Set<string>();
	if (!source.includes("nodes")) return named;
	const left: unknown[] = [parseExpression(source).tree];
	for (let part = left.pop(); part !== undefined; part = left.pop()) {
		if (Array.isArray(part)) left.push(...part);
		if (!isTree(part)) continue;
		const id = nodeNamedBy(part);
		if (id !== undefined) named.add(id);
		left.push(part.args);
	}
	return named;
}

function nodeNamedBy({ op, args }: ASTNode): string | undefined {
	if (op === "." || op === ".?") return isNodes(args[0]) ? args[1] : undefined;
	if (op !== "[]" && op !== "[?]") return undefined;
	const [of, key] = args;
	return isNodes(of) && key.op === "value" && typeof key.args === "string" ? key.args : undefined;
}

function isNodes({ op, args }: ASTNode): boolean {
	return op === "id" && args === "nodes";
}

function isTree(part: unknown): part is ASTNode {
	return typeof part === "object" && part !== null && "op" in part && "args" in part;
}
