/** Standard encryption ([MS-OFFCRYPTO] §2.3.4.5 to 2.3.4.9), which Word 2007 wrote: SHA-1 and AES without chaining. */
import { createDecipheriv, createHash } from "node:crypto";
import { EncryptionError } from "./encryption-error.ts";

const spinCount = 50_000;
const aes: Record<number, string> = { 128: "aes-128-ecb", 192: "aes-192-ecb", 256: "aes-256-ecb" };

/** Undefined for a wrong password. */
export function openStandard(info: Uint8Array, password: string): ((data: Uint8Array) => Uint8Array) | undefined {
	const view = new DataView(info.buffer, info.byteOffset, info.byteLength);
	const headerSize = view.getUint32(8, true);
	const keyBits = view.getUint32(12 + 16, true);
	const cipher = aes[keyBits];
	const verifier = 12 + headerSize;
	if (!cipher || verifier + 72 > info.length) throw new EncryptionError("is protected in a way that is not known here");
	const salt = info.subarray(verifier + 4, verifier + 20);
	const key = keyOf(salt, password).subarray(0, keyBits / 8);
	const proof = decrypt(info.subarray(verifier + 20, verifier + 36));
	const proofHash = decrypt(info.subarray(verifier + 40, verifier + 72)).subarray(0, 20);
	return sha1(proof).equals(proofHash) ? decrypt : undefined;

	function decrypt(data: Uint8Array): Buffer {
		const decipher = createDecipheriv(cipher!, key, null).setAutoPadding(false);
		return decipher.update(data.subarray(0, data.length - (data.length % 16)));
	}
}

function keyOf(salt: Uint8Array, password: string): Buffer {
	let hash = sha1(salt, Buffer.from(password, "utf16le"));
	for (let count = 0; count < spinCount; count++) hash = sha1(uint32(count), hash);
	const block = sha1(hash, uint32(0));
	return Buffer.concat([0x36, 0x5c].map((pad) => sha1(mixed(block, pad))));
}

function mixed(block: Buffer, pad: number): Uint8Array {
	return Uint8Array.from({ length: 64 }, (_, at) => pad ^ (block[at] ?? 0));
}

function sha1(...parts: Uint8Array[]): Buffer {
	const hash = createHash("sha1");
	for (const part of parts) hash.update(part);
	return hash.digest();
}

function uint32(number: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32LE(number);
	return bytes;
}
