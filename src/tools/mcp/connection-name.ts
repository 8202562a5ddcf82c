/**
 * Which object keeps a connection: one a server, or, where each user has an authorisation of his own, one for each, so
 * that no session and no token of one user ever serves another.
 */
import type { Caller } from "#core/caller";
import type { CallContext } from "#tools/context";
import type { McpServerClient } from "./mcp-server-client.ts";
import type { McpServerRow } from "./tables.ts";

interface Scope extends Pick<CallContext, "mcpConnection"> {
	readonly caller: Caller;
}

export function connectionName(serverId: string, userId?: string): string {
	return userId === undefined ? serverId : `${serverId}/${userId}`;
}

export function connectionParts(name: string): { serverId: string; userId?: string } {
	const at = name.indexOf("/");
	return at < 0 ? { serverId: name } : { serverId: name.slice(0, at), userId: name.slice(at + 1) };
}

/** The connection of the caller, or of another user. */
export function connectionFor(
	ctx: Scope,
	{ id, auth }: Pick<McpServerRow, "id" | "auth">,
	userId = ctx.caller.userId,
): McpServerClient {
	return ctx.mcpConnection(connectionName(id, auth === "oauth" ? userId : undefined));
}
