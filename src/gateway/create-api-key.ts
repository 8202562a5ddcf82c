/** Makes an API key for the caller; its secret part is shown once and never stored. */
import { AppError } from "#core/errors";
import type { ApiKey } from "./account-store.ts";
import { newApiKey } from "./api-key.ts";
import { apiKeyView } from "./api-key-view.ts";
import type { GatewayContext } from "./context.ts";
import type { CreateApiKeyRequest, NewApiKey } from "./schema.ts";

/** Throws `forbidden` where an API key would make a mightier one. */
export async function createApiKey(ctx: GatewayContext, { name, scopes }: CreateApiKeyRequest): Promise<NewApiKey> {
	const { caller } = ctx;
	const { id, key, hash } = await newApiKey(caller.userId);
	const stored: ApiKey = { id, name, scopes, hash, createdAt: Date.now(), lastUsedAt: null };
	const outcome = await ctx.account(caller.userId).addApiKey(stored, caller.credentialId);
	if (outcome === "too_many") throw new AppError("conflict", "There are as many API keys as a user may have.");
	if (outcome === "too_mighty") {
		throw new AppError("forbidden", "An API key cannot give out scopes that it does not have.");
	}
	return { ...apiKeyView(stored), key };
}
