/** The model that a run uses: named by the agent, paid with the keys of whoever runs it. */
import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { Caller } from "#core/caller";
import { sealingKey, unseal } from "#core/crypto";
import { checkModel, languageModel } from "#models/language-model";
import { resolveModelName } from "#models/model-name";
import { deploymentProviders, type ProviderConfig, type ProviderEnv, type ProviderKind } from "#models/provider";
import { egressPolicy } from "#core/egress-policy";
import { listProviders, openDb, type ProviderRow } from "./store.ts";

type Env = Pick<AgentsEnv, "DB" | "SECRETS_KEY" | "EGRESS_ALLOW"> & ProviderEnv;

/** `rows`: the caller's providers, where they have just been read. */
export async function modelFor(
	env: Env,
	caller: Caller,
	name: string,
	rows?: readonly ProviderRow[],
): Promise<LanguageModelV4> {
	const { provider } = resolveModelName(name);
	const user = provider === "local" ? [] : await userProviders(env, caller, provider, rows);
	const deployment = deploymentProviders(env);
	return await languageModel(name, { user, deployment, egress: egressPolicy(env.EGRESS_ALLOW) });
}

/** Throws where the model could not be had; no key is opened for that. */
export function checkModelOf(name: string, rows: readonly ProviderRow[], deployment: ProviderConfig[]): void {
	checkModel(name, { user: rows.map((row) => providerConfig(row, row.sealedApiKey ?? undefined)), deployment });
}

async function userProviders(
	env: Env,
	caller: Caller,
	name: string,
	known: readonly ProviderRow[] | undefined,
): Promise<ProviderConfig[]> {
	const all = known ?? (await listProviders({ db: openDb(env.DB), caller }));
	const rows = all.filter((row) => row.name === name);
	return await Promise.all(rows.map(async (row) => providerConfig(row, await openKey(row, env.SECRETS_KEY))));
}

async function openKey({ id, sealedApiKey }: ProviderRow, secret: string): Promise<string | undefined> {
	return sealedApiKey === null ? undefined : await unseal(await sealingKey(secret), id, sealedApiKey);
}

function providerConfig({ name, kind, baseUrl }: ProviderRow, apiKey: string | undefined): ProviderConfig {
	return { name, kind: kind as ProviderKind, baseUrl: baseUrl ?? undefined, apiKey };
}
