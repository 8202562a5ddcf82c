/** Takes the caller's authorisation at a server back; where there is none, it does nothing. */
import type { ToolsContext } from "#tools/context";
import { connectionFor } from "./connection-name.ts";
import { visibleServer } from "./find-server.ts";

export async function revokeAuthorization(ctx: ToolsContext, id: string): Promise<void> {
	const server = await visibleServer(ctx, id);
	if (server.auth === "oauth") await connectionFor(ctx, server).revokeAuthorization();
}
