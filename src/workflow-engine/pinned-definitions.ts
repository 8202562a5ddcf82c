/**
 * The definitions that executions have pinned: one row for all executions of the same one, because to keep it with each
 * of them, and to write it anew with each change of their rows, would be most of what an execution writes.
 */
import { LazyTables } from "#run/lazy-tables";
import { type CompiledGraph, compileGraph } from "./compiled-graph.ts";
import type { Definition } from "./schema.ts";

const definitionTable = `
	CREATE TABLE IF NOT EXISTS pinned_definitions (id TEXT PRIMARY KEY, definition TEXT NOT NULL);
`;
/** In memory. */
const mostKnown = 50;

export interface PinnedDefinition {
	definition: Definition;
	graph: CompiledGraph;
}

export class PinnedDefinitions {
	readonly #tables: LazyTables;
	readonly #known = new Map<string, PinnedDefinition>();

	constructor(sql: SqlStorage) {
		this.#tables = new LazyTables(sql, "pinned_definitions", definitionTable);
	}

	/** `definition` is JSON, and `id` a digest of it. */
	add(id: string, definition: string): void {
		if (this.#known.has(id)) return;
		this.#tables.make();
		this.#tables.change("INSERT OR IGNORE INTO pinned_definitions VALUES (?, ?)", id, definition);
		this.#remember(id, JSON.parse(definition));
	}

	get(id: string): PinnedDefinition {
		const known = this.#known.get(id);
		if (known) return known;
		const query = "SELECT definition FROM pinned_definitions WHERE id = ?";
		const [row] = this.#tables.rows<{ definition: string }>(query, id);
		if (!row) throw new Error(`The definition ${id} is not here.`);
		return this.#remember(id, JSON.parse(row.definition));
	}

	/** Lets go of what is in memory: it may no longer be what is stored. */
	forget(): void {
		this.#tables.forget();
		this.#known.clear();
	}

	#remember(id: string, definition: Definition): PinnedDefinition {
		const pinned = { definition, graph: compileGraph(definition) };
		this.#known.set(id, pinned);
		if (this.#known.size > mostKnown) this.#known.delete(this.#known.keys().next().value!);
		return pinned;
	}
}
