/** Digests and sealed secrets: AES-256-GCM, bound to the row that holds them, so that moved ciphertext stays shut. */

const keyLength = 32;
const ivLength = 12;
const encoder = new TextEncoder();

export async function sha256(content: string | Uint8Array): Promise<string> {
	const bytes = typeof content === "string" ? encoder.encode(content) : content;
	return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** Encrypts `secret` for the row `rowId`; the result is `base64(iv ‖ ciphertext)`. */
export async function seal(key: CryptoKey, rowId: string, secret: string): Promise<string> {
	const iv = crypto.getRandomValues(new Uint8Array(ivLength));
	const ciphertext = await crypto.subtle.encrypt(gcm(iv, rowId), key, encoder.encode(secret));
	const sealed = new Uint8Array(ivLength + ciphertext.byteLength);
	sealed.set(iv);
	sealed.set(new Uint8Array(ciphertext), ivLength);
	return sealed.toBase64();
}

/** Decrypts what `seal` made for the same row; throws an `OperationError` for any other. */
export async function unseal(key: CryptoKey, rowId: string, sealed: string): Promise<string> {
	const bytes = Uint8Array.fromBase64(sealed);
	const secret = await crypto.subtle.decrypt(gcm(bytes.subarray(0, ivLength), rowId), key, bytes.subarray(ivLength));
	return new TextDecoder().decode(secret);
}

/** The sealing key from its secret: 32 bytes in base64, neither more nor fewer. */
export async function sealingKey(secret: string): Promise<CryptoKey> {
	const bytes = Uint8Array.fromBase64(secret);
	if (bytes.length !== keyLength) throw new Error(`A sealing key has ${keyLength} bytes, not ${bytes.length}.`);
	return await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** A key of 32 bytes of its own for `purpose`, from the same secret (RFC 5869). */
export async function derivedKey(secret: string, purpose: string): Promise<Uint8Array> {
	const key = await crypto.subtle.importKey("raw", Uint8Array.fromBase64(secret), "HKDF", false, ["deriveBits"]);
	const algorithm = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: encoder.encode(purpose) };
	return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, keyLength * 8));
}

function gcm(iv: Uint8Array<ArrayBuffer>, rowId: string) {
	return { name: "AES-GCM", iv, additionalData: encoder.encode(rowId) };
}
