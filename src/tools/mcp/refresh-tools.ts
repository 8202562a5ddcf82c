/** Looks at what a server offers now, and writes down what came of it; a server that fails is no failure of ours. */
import { isoTime } from "#core/clock";
import { asAppError } from "#core/errors";
import type { ToolsDb } from "#tools/context";
import { discoverTools } from "./discover-tools.ts";
import { McpFailure } from "./mcp-failure.ts";
import type { ServerConnection } from "./server-connection.ts";
import { saveConnectionState } from "./server-store.ts";
import { syncTools } from "./sync-tools.ts";
import type { McpServerRow } from "./tables.ts";

/** Where its tools are not wanted, it only connects. */
export async function refreshTools(
	connection: ServerConnection,
	db: ToolsDb,
	serverId: string,
	wantsTools: (server: McpServerRow) => boolean,
): Promise<{ ttlMs?: number }> {
	try {
		return await connection.use(async (session, server) => {
			if (!wantsTools(server)) return {};
			const { definitions, notice = null, ttlMs } = await discoverTools(session);
			await syncTools(db, server, definitions);
			await saveConnectionState(db, serverId, { status: "connected", error: null, notice, checkedAt: isoTime() });
			return { ttlMs };
		});
	} catch (error) {
		// The connection has written it down.
		if (error instanceof McpFailure && error.wantsAuthorization) return {};
		const known = asAppError(error);
		if (known?.code === "not_found") return {};
		if (!known) console.error("refreshing an MCP server failed", serverId, error);
		const message = known?.message ?? "Its tools could not be read.";
		await saveConnectionState(db, serverId, { status: "error", error: message });
		return {};
	}
}
