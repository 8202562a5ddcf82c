/**
 * Takes up what a server offers as rows of `tools`. What a person approved stays as it was: a tool whose description or
 * schema has changed since is switched off until he approves it again.
 */
import { isoTime } from "#core/clock";
import { newId } from "#core/ids";
import { nextVersion } from "#core/version-number";
import type { ToolsDb } from "#tools/context";
import { defaultTimeoutMs } from "#tools/schema";
import type { McpDefinition } from "#tools/tables";
import type { McpRow } from "#tools/tool-row";
import { approvedConfig } from "./approved-config.ts";
import { saveTools, type ToolChanges, toolNames, toolsOfServer } from "./server-tools-store.ts";
import { publicUrl } from "./server-url.ts";
import type { McpServerRow } from "./tables.ts";
import { namespacedName } from "./tool-name.ts";

const changedReason = "The server changed its description or schema; it has to be approved again.";
const goneReason = "The server no longer offers it.";

/** What somebody changes in between stays, and is compared once more. */
const maxAttempts = 3;

export async function syncTools(db: ToolsDb, server: McpServerRow, definitions: McpDefinition[]): Promise<void> {
	for (let attempt = 1; attempt <= maxAttempts; attempt++) {
		if (await saveTools(db, server, await changesOf(db, server, definitions))) return;
	}
}

async function changesOf(db: ToolsDb, server: McpServerRow, definitions: McpDefinition[]): Promise<ToolChanges> {
	const [rows, taken] = await Promise.all([toolsOfServer(db, server.id), toolNames(db, server.ownerId)]);
	const known = new Map(rows.map((row) => [row.config.remoteName, row]));
	const offered = new Set(definitions.map(({ remoteName }) => remoteName));
	const changes: ToolChanges = { added: [], changed: [] };
	for (const definition of definitions) {
		const previous = known.get(definition.remoteName);
		if (!previous) {
			const name = await namespacedName(server.name, definition.remoteName, taken);
			taken.add(name);
			changes.added.push(newRow(server, definition, name));
			continue;
		}
		const next = offeredAgain(previous, definition);
		if (next) changes.changed.push({ next, previous });
	}
	for (const previous of rows) {
		if (offered.has(previous.config.remoteName) || previous.config.reason === goneReason) continue;
		const { pending: _, ...config } = previous.config;
		const next = changed(previous, { status: "error", config: { ...config, reason: goneReason } });
		changes.changed.push({ next, previous });
	}
	return changes;
}

/** Undefined where nothing has changed. */
function offeredAgain(row: McpRow, definition: McpDefinition): McpRow | undefined {
	const { pending, reason, ...config } = row.config;
	if (definition.hash !== config.approvedHash) {
		if (pending?.hash === definition.hash) return undefined;
		return changed(row, { status: "inactive", config: { ...config, pending: definition, reason: changedReason } });
	}
	if (reason === undefined) return undefined;
	return changed(row, { status: config.off ? "inactive" : "active", config });
}

function newRow(server: McpServerRow, definition: McpDefinition, name: string): McpRow {
	const now = isoTime();
	return {
		...{ id: newId("tool"), ownerId: server.ownerId, serverId: server.id, type: "mcp", name },
		description: definition.description,
		...{ inputSchema: definition.inputSchema, outputSchema: definition.outputSchema ?? null, examples: [] },
		config: {
			...{ ...approvedConfig(definition), timeout: defaultTimeoutMs, serverUrl: publicUrl(server.url) },
			...(server.auth === "oauth" && { perUser: true }),
		},
		...{ status: "active", shared: server.shared, requiresApproval: server.requiresApproval, limits: null },
		...{ version: "1.0.0", createdAt: now, updatedAt: now },
	};
}

function changed(row: McpRow, fields: Partial<McpRow>): McpRow {
	return { ...row, ...fields, version: nextVersion(row.version), updatedAt: isoTime() };
}
