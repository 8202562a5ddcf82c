/** The secret that a webhook's sender signs with, as Standard Webhooks writes it: `whsec_` and the bytes in base64. */
import { seal, unseal } from "#core/crypto";
import { randomBytes } from "#core/random-bytes";
import type { WorkflowEngineContext } from "#workflow-engine/context";
import type { TriggerRow } from "./tables.ts";

const prefix = "whsec_";

type Sealing = Pick<WorkflowEngineContext, "sealingKey">;

/** What its owner sees once, and what is kept. */
export async function newWebhookSecret(
	{ sealingKey }: Sealing,
	triggerId: string,
): Promise<{ secret: string; sealedSecret: string }> {
	const secret = prefix + randomBytes(32).toBase64();
	return { secret, sealedSecret: await seal(await sealingKey(), triggerId, secret) };
}

/** The bytes; undefined for what is no webhook. */
export async function webhookKey(
	{ sealingKey }: Sealing,
	{ id, sealedSecret }: Pick<TriggerRow, "id" | "sealedSecret">,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
	if (sealedSecret === null) return undefined;
	const secret = await unseal(await sealingKey(), id, sealedSecret);
	return Uint8Array.fromBase64(secret.slice(prefix.length));
}
