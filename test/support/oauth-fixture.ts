/**
 * An MCP server that wants OAuth, and its authorization server, at one address. Whoever opens the authorization page
 * agrees, as the person that `login` in its query names. Everything the protocol lets a server check is checked.
 */
import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { jwtVerify, SignJWT } from "jose";
import type { FixtureHandler } from "./mcp-fixture-handlers.ts";
import type { FixtureState } from "./mcp-fixture-tools.ts";

/** What a test makes it do. */
export interface OAuthSettings {
	/** Seconds that tokens last. */
	expiresIn?: number;
	/** It registers no clients, but knows `registeredClient`. */
	isClosed?: boolean;
	/** It knows clients by the documents that describe them. */
	readsDocuments?: boolean;
	/** The token endpoint answers with this status. */
	tokenStatus?: number;
	/** People whose tokens it does not take any more. */
	rejects?: string[];
	/** Scope that calls of tools need. */
	callScope?: string;
	/** The issuer that it gives the browser; null for none. */
	iss?: string | null;
	/** Replaces what its descriptions say. */
	challenge?: string;
	resourceMetadata?: object;
	serverMetadata?: object;
}

interface Grant {
	clientId: string;
	redirectUri: string;
	challenge: string;
	resource: string;
	scope: string;
	login: string;
}

export const registeredClient = { clientId: "registered", clientSecret: "secret-of-the-registered-client" };
const signingKey = new TextEncoder().encode("the key of the fixture's authorization server");

export function oauthFixture(state: FixtureState, mcp: FixtureHandler): FixtureHandler {
	const clients = new Map<string, { secret?: string; redirectUris?: string[] }>([
		[registeredClient.clientId, { secret: registeredClient.clientSecret }],
	]);
	const codes = new Map<string, Grant>();
	const refreshTokens = new Map<string, Grant>();
	return { handle, toolsChanged: () => mcp.toolsChanged?.() };

	async function handle(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
		const origin = `http://${request.headers.host}`;
		const { pathname, searchParams } = new URL(request.url ?? "/", origin);
		const settings = state.oauth ?? {};
		if (pathname.startsWith("/.well-known/oauth-protected-resource")) {
			const described = { resource: `${origin}/mcp`, authorization_servers: [origin], scopes_supported: ["tools"] };
			return json(response, 200, { ...described, ...settings.resourceMetadata });
		}
		if (pathname === "/.well-known/oauth-authorization-server") {
			return json(response, 200, { ...serverMetadata(origin, settings), ...settings.serverMetadata });
		}
		if (pathname === "/register") return register(response, JSON.parse(body));
		if (pathname === "/authorize") return authorize(response, origin, searchParams, settings);
		if (pathname === "/token") return await token(request, response, origin, new URLSearchParams(body), settings);
		if (pathname === "/revoke") return revoke(request, response, new URLSearchParams(body));
		if (pathname !== "/mcp") return json(response, 404, {});
		await callMcp(request, response, origin, body, settings);
	}

	function register(response: ServerResponse, { redirect_uris: redirectUris }: { redirect_uris: string[] }): void {
		state.events.push("register");
		const id = `client-${randomUUID()}`;
		const secret = `secret-${randomUUID()}`;
		clients.set(id, { secret, redirectUris });
		const made = { client_id: id, client_secret: secret, redirect_uris: redirectUris };
		json(response, 201, { ...made, token_endpoint_auth_method: "client_secret_basic" });
	}

	function authorize(
		response: ServerResponse,
		origin: string,
		query: URLSearchParams,
		{ readsDocuments, iss = origin }: OAuthSettings,
	): void {
		const clientId = query.get("client_id") ?? "";
		const redirectUri = query.get("redirect_uri") ?? "";
		const client = clients.get(clientId) ?? (readsDocuments && clientId.startsWith("https://") ? {} : undefined);
		if (!client || (client.redirectUris && !client.redirectUris.includes(redirectUri))) {
			return json(response, 400, { error: "unknown client" });
		}
		const challenge = query.get("code_challenge") ?? "";
		const resource = query.get("resource") ?? "";
		const isSound = query.get("response_type") === "code" && query.get("code_challenge_method") === "S256";
		if (!isSound || challenge.length !== 43 || resource !== `${origin}/mcp`) {
			return json(response, 400, { error: "invalid_request" });
		}
		const code = `code-${randomUUID()}`;
		const [scope, login] = [query.get("scope") ?? "", query.get("login") ?? "nobody"];
		codes.set(code, { clientId, redirectUri, challenge, resource, scope, login });
		const back = new URL(redirectUri);
		back.search = String(new URLSearchParams({ code, state: query.get("state") ?? "", ...(iss !== null && { iss }) }));
		response.writeHead(302, { location: back.href }).end();
	}

	async function token(
		request: IncomingMessage,
		response: ServerResponse,
		origin: string,
		form: URLSearchParams,
		{ tokenStatus, expiresIn = 3_600 }: OAuthSettings,
	): Promise<void> {
		const type = form.get("grant_type") ?? "";
		state.events.push(`token ${type}`);
		if (tokenStatus !== undefined) return json(response, tokenStatus, { error: "temporarily_unavailable" });
		const clientId = clientOf(request, form);
		if (clientId === undefined) return json(response, 401, { error: "invalid_client" });
		const isCode = type === "authorization_code";
		const [grants, key] = isCode ? [codes, form.get("code") ?? ""] : [refreshTokens, form.get("refresh_token") ?? ""];
		const grant = grants.get(key);
		// Each is good once.
		grants.delete(key);
		const verifier = createHash("sha256")
			.update(form.get("code_verifier") ?? "")
			.digest("base64url");
		const isProven = !isCode || (verifier === grant?.challenge && form.get("redirect_uri") === grant.redirectUri);
		if (!grant || grant.clientId !== clientId || !isProven || form.get("resource") !== grant.resource) {
			return json(response, 400, { error: "invalid_grant", error_description: `<b>${key}</b>` });
		}
		const access = await new SignJWT({ scope: grant.scope, jti: randomUUID() })
			.setProtectedHeader({ alg: "HS256" })
			.setIssuer(origin)
			.setAudience(grant.resource)
			.setSubject(grant.login)
			.setExpirationTime(Math.floor(Date.now() / 1_000) + expiresIn)
			.sign(signingKey);
		const refresh = `refresh-${randomUUID()}`;
		refreshTokens.set(refresh, grant);
		const issued = { access_token: access, token_type: "Bearer", expires_in: expiresIn, refresh_token: refresh };
		json(response, 200, { ...issued, scope: grant.scope });
	}

	function revoke(request: IncomingMessage, response: ServerResponse, form: URLSearchParams): void {
		if (clientOf(request, form) === undefined) return json(response, 401, { error: "invalid_client" });
		const isKnown = refreshTokens.delete(form.get("token") ?? "");
		state.events.push(isKnown ? "revoke" : "revoke nothing");
		json(response, 200, {});
	}

	async function callMcp(
		request: IncomingMessage,
		response: ServerResponse,
		origin: string,
		body: string,
		{ challenge = `${origin}/.well-known/oauth-protected-resource/mcp`, callScope, rejects = [] }: OAuthSettings,
	): Promise<void> {
		const sent = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
		const options = { issuer: origin, audience: `${origin}/mcp`, algorithms: ["HS256"] };
		const { payload } = await jwtVerify(sent, signingKey, options).catch(() => ({ payload: undefined }));
		if (!payload || rejects.includes(String(payload.sub))) {
			return refuse(401, `Bearer resource_metadata="${challenge}"`);
		}
		const isCall = body.includes('"tools/call"');
		if (isCall) state.events.push(`called by ${payload.sub}`);
		if (isCall && callScope && !String(payload.scope).split(" ").includes(callScope)) {
			return refuse(403, `Bearer error="insufficient_scope", scope="${callScope}"`);
		}
		await mcp.handle(request, response, body);

		function refuse(status: number, header: string): void {
			response.writeHead(status, { "www-authenticate": header }).end();
		}
	}

	/** The client that has proved who it is. */
	function clientOf({ headers }: IncomingMessage, form: URLSearchParams): string | undefined {
		const basic = /^Basic (.+)$/.exec(headers.authorization ?? "")?.[1];
		const [id = "", secret] = basic
			? Buffer.from(basic, "base64").toString().split(":")
			: [form.get("client_id") ?? "", form.get("client_secret") ?? undefined];
		const client = clients.get(id);
		if (!client) return id.startsWith("https://") ? id : undefined;
		return client.secret === secret ? id : undefined;
	}
}

function serverMetadata(origin: string, { isClosed, readsDocuments }: OAuthSettings) {
	return {
		issuer: origin,
		authorization_endpoint: `${origin}/authorize`,
		token_endpoint: `${origin}/token`,
		revocation_endpoint: `${origin}/revoke`,
		...(!isClosed && { registration_endpoint: `${origin}/register` }),
		...(readsDocuments && { client_id_metadata_document_supported: true }),
		response_types_supported: ["code"],
		code_challenge_methods_supported: ["S256"],
		token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "none"],
		authorization_response_iss_parameter_supported: true,
	};
}

function json(response: ServerResponse, status: number, body: object): void {
	response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
