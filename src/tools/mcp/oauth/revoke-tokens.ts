/** Takes tokens back where their authorization server can (RFC 7009). */
import { type OAuthMetadata, selectClientAuthMethod } from "@modelcontextprotocol/client";
import type { IssuedTokens } from "./grant.ts";
import type { OAuthHttp } from "./oauth-http.ts";

/** With the refresh token its access tokens are gone as well, says §2.1; those that are left expire. */
export async function revokeTokens({ access, refresh, authority }: IssuedTokens, http: OAuthHttp): Promise<void> {
	const { client } = authority;
	const metadata: Partial<OAuthMetadata> = authority.metadata ?? {};
	if (!metadata.revocation_endpoint) return;
	const { client_id: id, client_secret: secret } = client;
	const methods = metadata.revocation_endpoint_auth_methods_supported;
	const method = selectClientAuthMethod(client, methods ?? metadata.token_endpoint_auth_methods_supported ?? []);
	const headers = new Headers({ "content-type": "application/x-www-form-urlencoded" });
	const body = new URLSearchParams({
		token: refresh ?? access,
		token_type_hint: refresh === undefined ? "access_token" : "refresh_token",
	});
	if (method === "client_secret_basic") headers.set("authorization", `Basic ${btoa(`${id}:${secret}`)}`);
	else body.set("client_id", id);
	if (method === "client_secret_post" && secret !== undefined) body.set("client_secret", secret);
	const init = { method: "POST", headers, body, redirect: "manual" as const };
	const response = await http.fetch(metadata.revocation_endpoint, init);
	await response.body?.cancel();
}
