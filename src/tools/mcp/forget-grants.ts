/** Takes back the users' authorisations at a server that is another now, or theirs no more. */
import type { CallContext } from "#tools/context";
import { grantees } from "#tools/mcp/oauth/grant-store";
import { connectionName } from "./connection-name.ts";

export async function forgetGrants(
	{ db, mcpConnection }: Pick<CallContext, "db" | "mcpConnection">,
	serverId: string,
	exceptUserId?: string,
): Promise<void> {
	const users = await grantees(db, serverId, exceptUserId);
	await Promise.all(users.map((userId) => mcpConnection(connectionName(serverId, userId)).revokeAuthorization()));
}
