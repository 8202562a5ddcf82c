/** Adds a model provider of the caller's own; its key is sealed and its address checked. */
import { isoTime } from "#core/clock";
import { seal } from "#core/crypto";
import { checkUrl } from "#core/egress";
import { AppError } from "#core/errors";
import { newId } from "#core/ids";
import { missingSetting } from "#models/provider";
import type { AgentsContext } from "./context.ts";
import type { CreateProvider, Provider } from "./schema.ts";
import { insertProvider, type ProviderRow } from "./store.ts";

export async function addProvider(
	ctx: AgentsContext,
	{ name, kind, baseUrl, apiKey }: CreateProvider,
): Promise<Provider> {
	const missing = missingSetting({ name, kind, baseUrl, apiKey });
	if (missing) throw new AppError("invalid_input", `A provider of kind "${kind}" needs ${missing}.`);
	if (baseUrl) await checkUrl(baseUrl, ctx.egress);
	const id = newId("prv");
	const sealedApiKey = apiKey === undefined ? null : await seal(await ctx.sealingKey(), id, apiKey);
	const row = {
		id,
		ownerId: ctx.caller.userId,
		name,
		kind,
		baseUrl: baseUrl ?? null,
		sealedApiKey,
		createdAt: isoTime(),
	};
	await insertProvider(ctx, row);
	return providerView(row);
}

/** Without its key. */
export function providerView({ id, name, kind, baseUrl, sealedApiKey, createdAt }: ProviderRow): Provider {
	return { id, name, kind, baseUrl, hasApiKey: sealedApiKey !== null, createdAt };
}
