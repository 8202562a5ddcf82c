/** Agile encryption ([MS-OFFCRYPTO] §2.3.4.10 to 2.3.4.15), which Word writes since 2010: SHA-2 and AES in segments. */
import { createDecipheriv, createHash } from "node:crypto";
import { Parser } from "htmlparser2";
import { EncryptionError } from "./encryption-error.ts";

/** What keys are made for, so that no two of them are the same. */
const verifierInput = Buffer.from("fea7d2763b4b9e79", "hex");
const verifierValue = Buffer.from("d7aa0f6d3061344e", "hex");
const keyValue = Buffer.from("146e0be7abacd0d6", "hex");

const segmentSize = 4096;
/** Word writes 100,000; every one is a hash. */
const maxSpinCount = 1_000_000;
const hashes: Record<string, string> = { SHA1: "sha1", SHA256: "sha256", SHA384: "sha384", SHA512: "sha512" };

interface Settings {
	hash: string;
	keyBytes: number;
	blockSize: number;
	salt: Buffer;
	attributes: Record<string, string>;
}

/** Undefined for a wrong password. */
export function openAgile(info: Uint8Array, password: string): ((data: Uint8Array) => Uint8Array) | undefined {
	const { data, key: lock } = readInfo(new TextDecoder().decode(info.subarray(8)));
	const spun = spin(lock, password);
	const proof = unlock(verifierInput, "encryptedVerifierHashInput");
	const proofHash = unlock(verifierValue, "encryptedVerifierHashValue");
	const expected = digest(lock.hash, proof);
	if (!proofHash.subarray(0, expected.length).equals(expected)) return undefined;
	const secret = unlock(keyValue, "encryptedKeyValue").subarray(0, data.keyBytes);
	return (content) => decryptSegments(content, data, secret);

	function unlock(purpose: Buffer, attribute: string): Buffer {
		const key = fitted(digest(lock.hash, spun, purpose), lock.keyBytes);
		return decrypt(key, fitted(lock.salt, lock.blockSize), Buffer.from(lock.attributes[attribute] ?? "", "base64"));
	}
}

function readInfo(xml: string): { data: Settings; key: Settings } {
	let data: Settings | undefined;
	let key: Settings | undefined;
	const parser = new Parser(
		{
			onopentag(tag, attributes) {
				if (tag === "keyData") data = settingsOf(attributes);
				if (tag.endsWith(":encryptedKey")) key ??= settingsOf(attributes);
			},
		},
		{ xmlMode: true },
	);
	parser.end(xml);
	if (!data || !key) throw new EncryptionError("is protected without a password");
	return { data, key };
}

function settingsOf(attributes: Record<string, string>): Settings {
	const hash = hashes[attributes["hashAlgorithm"] ?? ""];
	const keyBytes = Number(attributes["keyBits"]) / 8;
	const isKnown = attributes["cipherAlgorithm"] === "AES" && attributes["cipherChaining"] === "ChainingModeCBC";
	if (!hash || !isKnown || ![16, 24, 32].includes(keyBytes) || attributes["blockSize"] !== "16") {
		throw new EncryptionError("is protected in a way that is not known here");
	}
	return { hash, keyBytes, blockSize: 16, salt: Buffer.from(attributes["saltValue"] ?? "", "base64"), attributes };
}

function spin({ hash, salt, attributes }: Settings, password: string): Buffer {
	const count = Number(attributes["spinCount"]);
	if (!(count >= 0 && count <= maxSpinCount))
		throw new EncryptionError("is protected in a way that takes too long to open");
	let spun = digest(hash, salt, Buffer.from(password, "utf16le"));
	for (let round = 0; round < count; round++) spun = digest(hash, uint32(round), spun);
	return spun;
}

function decryptSegments(content: Uint8Array, { hash, salt, blockSize }: Settings, secret: Buffer): Buffer {
	const segments: Buffer[] = [];
	for (let index = 0; index * segmentSize < content.length; index++) {
		const segment = content.subarray(index * segmentSize, (index + 1) * segmentSize);
		segments.push(decrypt(secret, fitted(digest(hash, salt, uint32(index)), blockSize), segment));
	}
	return Buffer.concat(segments);
}

function decrypt(key: Buffer, iv: Buffer, data: Uint8Array): Buffer {
	const decipher = createDecipheriv(`aes-${key.length * 8}-cbc`, key, iv).setAutoPadding(false);
	return decipher.update(data.subarray(0, data.length - (data.length % 16)));
}

/** Cut off, or filled up with 0x36. */
function fitted(bytes: Buffer, length: number): Buffer {
	return Buffer.concat([bytes, Buffer.alloc(length, 0x36)]).subarray(0, length);
}

function digest(algorithm: string, ...parts: Uint8Array[]): Buffer {
	const hash = createHash(algorithm);
	for (const part of parts) hash.update(part);
	return hash.digest();
}

function uint32(number: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32LE(number);
	return bytes;
}
