/** Unguessable, prefixed identifiers: 22 base-62 characters from a CSPRNG carry 131 bits. */

import { randomBytes } from "./random-bytes.ts";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const tokenLength = 22;
/** Bytes at or above this would favour the first letters of the alphabet. */
const unbiased = 256 - (256 % alphabet.length);

export const tokenPattern = "[0-9A-Za-z]{22}";

/** `agt_2vX…`: the prefix says what kind of object the id names. */
export function newId(prefix: string): string {
	return `${prefix}_${newToken()}`;
}

export function newToken(length = tokenLength): string {
	let token = "";
	while (token.length < length) {
		for (const byte of randomBytes(length)) {
			if (token.length === length) break;
			if (byte < unbiased) token += alphabet[byte % alphabet.length];
		}
	}
	return token;
}

/** The same 22 characters for the same parts, always; for objects that a caller names himself. */
export async function derivedToken(...parts: string[]): Promise<string> {
	const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(parts)));
	let number = new Uint8Array(digest).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
	let token = "";
	while (token.length < tokenLength) {
		token += alphabet[Number(number % BigInt(alphabet.length))];
		number /= BigInt(alphabet.length);
	}
	return token;
}
