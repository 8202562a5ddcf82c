/** The model that a run uses: named by the agent, paid with the keys of whoever runs it. */
import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { Caller } from "#core/caller";
import { sealingKey, unseal } from "#core/crypto";
import { languageModel } from "#models/language-model";
import { deploymentProviders, type ProviderConfig, type ProviderEnv, type ProviderKind } from "#models/provider";
import { egressPolicy } from "./egress-policy.ts";
import { listProviders, openDb, type ProviderRow } from "./store.ts";

type Env = Pick<AgentsEnv, "DB" | "SECRETS_KEY" | "EGRESS_ALLOW"> & ProviderEnv;

export async function modelFor(env: Env, caller: Caller, name: string): Promise<LanguageModelV4> {
	const user = name.startsWith("local/") ? [] : await userProviders(env, caller);
	const deployment = deploymentProviders(env);
	return await languageModel(name, { user, deployment, egress: egressPolicy(env.EGRESS_ALLOW) });
}

async function userProviders(env: Env, caller: Caller): Promise<ProviderConfig[]> {
	const rows = await listProviders({ db: openDb(env.DB), caller });
	if (rows.length === 0) return [];
	const key = await sealingKey(env.SECRETS_KEY);
	return await Promise.all(rows.map((row) => providerConfig(row, key)));
}

async function providerConfig({ id, name, kind, baseUrl, sealedApiKey }: ProviderRow, key: CryptoKey) {
	return {
		name,
		kind: kind as ProviderKind,
		baseUrl: baseUrl ?? undefined,
		apiKey: sealedApiKey === null ? undefined : await unseal(key, id, sealedApiKey),
	};
}
