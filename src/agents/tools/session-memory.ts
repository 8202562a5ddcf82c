/** `remember` and `recall`: notes that an agent keeps for the length of a session, the last few hundred of them. */
import { z } from "zod";
import type { AgentTool } from "./agent-tool.ts";
import { zodTool } from "./zod-tool.ts";

const maxNotes = 200;

const Fact = z.object({
	key: z.string().min(1).max(100).meta({ description: "What the fact is about." }),
	value: z.string().max(4_000).meta({ description: "The fact." }),
});
const Recall = z.object({
	key: z.string().optional().meta({ description: "What the fact is about; all without it." }),
});

/** Made on first use: a table and its index would cost each new session more than all that it says. */
const notesTable = `
	CREATE TABLE IF NOT EXISTS session_notes (position INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, value TEXT NOT NULL);
`;

export function sessionMemory(sql: SqlStorage): AgentTool[] {
	return [
		zodTool({
			id: "remember",
			description: "Remembers a fact for the rest of this session, under a short key.",
			writes: true,
			ofSession: true,
			input: Fact,
			run({ key, value }) {
				sql.exec(notesTable);
				sql.exec("DELETE FROM session_notes WHERE key = ?", key);
				sql.exec("INSERT INTO session_notes (key, value) VALUES (?, ?)", key, value);
				sql.exec(
					"DELETE FROM session_notes WHERE position NOT IN (SELECT position FROM session_notes ORDER BY position DESC LIMIT ?)",
					maxNotes,
				);
				return { remembered: key };
			},
		}),
		zodTool({
			id: "recall",
			description: "Recalls the facts that were remembered in this session, all or those under one key.",
			writes: false,
			ofSession: true,
			input: Recall,
			run({ key }) {
				sql.exec(notesTable);
				const notes = sql
					.exec<{ key: string; value: string }>("SELECT key, value FROM session_notes ORDER BY position")
					.toArray();
				return { notes: key === undefined ? notes : notes.filter((note) => note.key === key) };
			},
		}),
	];
}
