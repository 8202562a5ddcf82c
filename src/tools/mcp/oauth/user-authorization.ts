/** All that one user's authorisation at one MCP server can do: be asked for, be given, be used and renewed, be taken back. */
import { computeScopeUnion } from "@modelcontextprotocol/client";
import { isoTime } from "#core/clock";
import { AppError } from "#core/errors";
import type { ToolsDb } from "#tools/context";
import { authorizationNeeded, McpFailure } from "#tools/mcp/mcp-failure";
import { httpUrl } from "#tools/mcp/server-url";
import type { McpServerRow } from "#tools/mcp/tables";
import { authorizedFetch } from "./authorized-fetch.ts";
import { type AuthorizationRequest, beginAuthorization } from "./begin-authorization.ts";
import type { Challenge, Grant, IssuedTokens } from "./grant.ts";
import { grantKeeper, type GrantOwner } from "./grant-keeper.ts";
import { type AuthorizationAnswer, redeemCode, refreshTokens } from "./issued-tokens.ts";
import { openClient } from "./oauth-client.ts";
import { type Outside, withOAuthHttp } from "./oauth-http.ts";
import { revokeTokens } from "./revoke-tokens.ts";

export interface UserAuthorization {
	/** `lookAtServer` makes a request by which the server says what it wants. */
	begin(server: McpServerRow, request: AuthorizationRequest, lookAtServer: () => Promise<void>): Promise<Begun>;
	/** Once for each `begin`. Throws `not_found`, and `conflict` for what came too late. */
	complete(server: McpServerRow, answer: AuthorizationAnswer): Promise<void>;
	/** Forgets the grant, and takes it back where the authorization server can. */
	revoke(): Promise<void>;
	/** The `fetch` for the server. */
	fetchOf(server: McpServerRow): typeof fetch;
}

export interface Begun {
	authorizationUrl: string;
	expiresAt: string;
}

interface Options extends GrantOwner, Outside {
	db: ToolsDb;
	storage: SyncKvStorage;
	sealingKey(): Promise<CryptoKey>;
	/** Goes on with what nobody waits for. */
	later(work: Promise<void>): void;
}

/** A token that expires within this time is renewed before it is used, in milliseconds. */
const marginMs = 30_000;
const challengeKey = "challenge";
const maxScopeLength = 4_000;

export function userAuthorization(options: Options): UserAuthorization {
	const { serverId, storage, sealingKey } = options;
	const grants = grantKeeper(options);
	return {
		async begin(server, request, lookAtServer) {
			if (!challengeOf(server)) await lookAtServer();
			return await grants.alone(async () => {
				const grant = await grantFor(server);
				const challenge = challengeOf(server) ?? {};
				const registered = await openClient(await sealingKey(), server);
				const wanted = { ...request, serverUrl: server.url, challenge, registered, client: grant?.client };
				const begun = await withOAuthHttp(options, (http) => beginAuthorization(wanted, http));
				const { authorizationUrl, client, pending } = begun;
				await grants.save({ ...grant, url: server.url, client, pending });
				return { authorizationUrl, expiresAt: isoTime(pending.expiresAt) };
			});
		},
		async complete(server, answer) {
			await grants.alone(async () => {
				const grant = await grantFor(server);
				if (grant?.pending?.state !== answer.state) {
					throw new AppError("not_found", "No authorisation with this state is under way.");
				}
				const { pending, ...rest } = grant;
				await grants.save(rest);
				if (Date.now() > pending.expiresAt) throw new AppError("conflict", "It took too long; begin anew.");
				const tokens = await withOAuthHttp(options, (http) => redeemCode(pending, answer, http));
				await grants.save({ ...rest, tokens });
				storage.delete(challengeKey);
			});
		},
		async revoke() {
			await grants.alone(async () => {
				const tokens = (await grants.read())?.tokens;
				await grants.remove();
				storage.delete(challengeKey);
				if (tokens) options.later(withOAuthHttp(options, (http) => revokeTokens(tokens, http)).catch(() => {}));
			});
		},
		fetchOf(server) {
			return authorizedFetch(options.fetch, httpUrl(server.url).origin, {
				async token() {
					const tokens = (await grantFor(server))?.tokens;
					const isDue = tokens?.refresh && tokens.expiresAt && Date.now() > tokens.expiresAt - marginMs;
					return isDue ? await renew(server, tokens.access) : tokens?.access;
				},
				renewed: (refused) => renew(server, refused),
				async refused(challenge, token) {
					if (token !== undefined) await drop(server, token);
					return challenged(server, challenge);
				},
				async insufficient(challenge) {
					return challenged(server, challenge, (await grantFor(server))?.tokens?.authority.scope);
				},
			});
		},
	};

	function challengeOf({ url }: McpServerRow): Challenge | undefined {
		const kept = storage.get<{ url: string; challenge: Challenge }>(challengeKey);
		return kept?.url === url ? kept.challenge : undefined;
	}

	/** None where the server has moved since. */
	async function grantFor(server: McpServerRow): Promise<Grant | undefined> {
		const grant = await grants.read();
		return grant?.url === server.url ? grant : undefined;
	}

	/** Whoever comes second gets what the first was given. */
	async function renew(server: McpServerRow, used: string): Promise<string | undefined> {
		return await grants.alone(async () => {
			const grant = await grantFor(server);
			if (grant?.tokens?.access !== used) return grant?.tokens?.access;
			const next = await refreshed(grant, grant.tokens);
			await grants.save(next);
			return next.tokens?.access;
		});
	}

	/** Without tokens where there are no others to be had; without a client where it is not known any more. */
	async function refreshed(grant: Grant, { refresh, authority }: IssuedTokens): Promise<Grant> {
		const { tokens: _, client, ...rest } = grant;
		if (refresh === undefined) return { ...rest, client };
		const outcome = await withOAuthHttp(options, (http) => refreshTokens(authority, refresh, http)).catch(() => {
			throw new McpFailure("bad_gateway", "The authorisation could not be renewed for now.", { isDenied: true });
		});
		if (outcome === "unknown client") return rest;
		return outcome === "invalid" ? { ...rest, client } : { ...rest, client, tokens: outcome };
	}

	async function drop(server: McpServerRow, token: string): Promise<void> {
		await grants.alone(async () => {
			const grant = await grantFor(server);
			if (grant?.tokens?.access !== token) return;
			const { tokens: _, ...rest } = grant;
			await grants.save(rest);
		});
	}

	/** What the server wants is asked for the next time, with what was granted before. */
	function challenged(server: McpServerRow, challenge: Challenge, granted?: string): McpFailure {
		const known = challengeOf(server);
		const all = computeScopeUnion(known?.scope, granted, challenge.scope);
		const scope = all && all.length > maxScopeLength ? challenge.scope : all;
		const next = {
			...known,
			...(challenge.resourceMetadataUrl && { resourceMetadataUrl: challenge.resourceMetadataUrl }),
			...(scope && { scope }),
		};
		if (JSON.stringify(next) !== JSON.stringify(known)) storage.put(challengeKey, { url: server.url, challenge: next });
		return authorizationNeeded(serverId);
	}
}
