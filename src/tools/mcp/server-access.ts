/** By what a connection is let in: the keys of the server's owner, or the user's own authorisation, and nothing of both. */
import { sealingKey } from "#core/crypto";
import { egressPolicy } from "#core/egress-policy";
import { AppError } from "#core/errors";
import type { ToolsDb } from "#tools/context";
import type { AuthorizationRequest } from "#tools/mcp/oauth/begin-authorization";
import type { AuthorizationAnswer } from "#tools/mcp/oauth/issued-tokens";
import { type Begun, type UserAuthorization, userAuthorization } from "#tools/mcp/oauth/user-authorization";
import { fetchFor } from "#tools/tool-fetch";
import type { connectionParts } from "./connection-name.ts";
import { authorizationNeeded, howToAuthorize } from "./mcp-failure.ts";
import type { ServerAccess } from "./server-connection.ts";
import { openHeaders } from "./server-secret.ts";
import { saveConnectionState, serverOfConnection } from "./server-store.ts";
import type { McpServerRow } from "./tables.ts";

export function serverAccess(
	env: Pick<ToolsEnv, "EGRESS_ALLOW" | "SECRETS_KEY">,
	{ storage, waitUntil }: { storage: SyncKvStorage; waitUntil(work: Promise<void>): void },
	db: ToolsDb,
	{ serverId, userId }: ReturnType<typeof connectionParts>,
) {
	const fetch = fetchFor(env);
	const key = () => sealingKey(env.SECRETS_KEY);
	const ofUser =
		userId === undefined
			? undefined
			: userAuthorization({
					...{ serverId, userId, db, fetch, sealingKey: key, egress: egressPolicy(env.EGRESS_ALLOW) },
					...{ storage, later: waitUntil },
				});
	return {
		async to(server: McpServerRow): Promise<ServerAccess> {
			const headers = await openHeaders(await key(), server);
			if (server.auth === "key") return { headers, fetch };
			if (!ofUser) throw authorizationNeeded(serverId);
			return { headers: withoutAuthorization(headers), fetch: ofUser.fetchOf(server) };
		},
		async authorize(request: AuthorizationRequest, lookAtServer: () => Promise<void>): Promise<Begun> {
			return await authorization().begin(await theServer(), request, lookAtServer);
		},
		async complete(answer: AuthorizationAnswer): Promise<McpServerRow> {
			const server = await theServer();
			await authorization().complete(server, answer);
			return server;
		},
		/** Nothing, where there is none. */
		async revoke(): Promise<void> {
			if (!ofUser) return;
			await ofUser.revoke();
			const server = await serverOfConnection(db, serverId);
			if (server?.ownerId !== userId) return;
			await saveConnectionState(db, serverId, { status: "authenticating", error: howToAuthorize(serverId) });
		},
	};

	function authorization(): UserAuthorization {
		if (!ofUser) throw new AppError("conflict", "Users are not authorised at this server.");
		return ofUser;
	}

	async function theServer(): Promise<McpServerRow> {
		const server = await serverOfConnection(db, serverId);
		if (!server) throw new AppError("not_found", "There is no such MCP server.");
		return server;
	}
}

/** Who has not authorised us is nobody there, and not the owner. */
function withoutAuthorization(headers: Record<string, string>): Record<string, string> {
	return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== "authorization"));
}
