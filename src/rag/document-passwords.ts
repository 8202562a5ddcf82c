/** Passwords of protected documents: each is sealed for the run that reads the document, and for nothing else. */
import { derivedKey, seal, sealingKey, unseal } from "#core/crypto";

export class DocumentPasswords {
	readonly #secret: string;

	/** @param secret 32 bytes in base64. */
	constructor(secret: string) {
		this.#secret = secret;
	}

	async sealed(runId: string, password: string): Promise<string> {
		return await seal(await sealingKey(this.#secret), runId, password);
	}

	async opened(runId: string, sealed: string): Promise<string> {
		return await unseal(await sealingKey(this.#secret), runId, sealed);
	}

	/** The same for the same password; without the secret nobody can try passwords against it. */
	async mark(password: string): Promise<string> {
		const bytes = await derivedKey(this.#secret, "marks of document passwords");
		const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
		return new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(password))).toHex();
	}
}
