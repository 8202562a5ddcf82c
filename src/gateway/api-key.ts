/** API keys: `aek_<user>_<key>_<secret>`; the key names its account and itself, and only a hash of it is stored. */
import { sha256 } from "#core/crypto";
import { newId, newToken, tokenPattern } from "#core/ids";
import type { Credential } from "./credential.ts";

const keyPattern = new RegExp(`^aek_(${tokenPattern})_(${tokenPattern})_(${tokenPattern})$`);

export interface NewApiKey {
	id: string;
	/** Shown once. */
	key: string;
	hash: string;
}

export async function newApiKey(userId: string): Promise<NewApiKey> {
	const id = newId("key");
	const key = `aek_${tokenOf(userId)}_${tokenOf(id)}_${newToken()}`;
	return { id, key, hash: await sha256(key) };
}

export function looksLikeApiKey(value: string): boolean {
	return value.startsWith("aek_");
}

/** The credential that the key claims to be; the account knows whether it is. */
export async function readApiKey(key: string): Promise<Credential | undefined> {
	const [, user, id] = keyPattern.exec(key) ?? [];
	if (!user || !id) return undefined;
	return { kind: "key", userId: `usr_${user}`, id: `key_${id}`, hash: await sha256(key), expiresAt: Infinity };
}

function tokenOf(id: string): string {
	return id.slice(id.indexOf("_") + 1);
}
