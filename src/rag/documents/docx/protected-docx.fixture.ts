/** A Word document behind a password, as Word writes it since 2010 ([MS-OFFCRYPTO] §2.3.4.10), in a compound file. */
import { createCipheriv, createHash } from "node:crypto";

const salt = Buffer.alloc(16, 1);
const secret = Buffer.alloc(32, 2);
const proof = Buffer.alloc(16, 3);
const sectorSize = 512;
const endOfChain = 0xfffffffe;

export function protectedDocx(content: Uint8Array, password: string, spinCount = 100): Uint8Array {
	const passwordHash = Array.from({ length: spinCount }).reduce<Buffer>(
		(hash, _, round) => sha512(uint32(round), hash),
		sha512(salt, Buffer.from(password, "utf16le")),
	);
	const locked = (purpose: string, data: Buffer) =>
		encrypt(sha512(passwordHash, Buffer.from(purpose, "hex")).subarray(0, 32), salt, data).toString("base64");
	const cipher = `blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="${salt.toString("base64")}"`;
	const info = `<encryption><keyData ${cipher}/><keyEncryptors><p:encryptedKey spinCount="${spinCount}" ${cipher}
		encryptedVerifierHashInput="${locked("fea7d2763b4b9e79", proof)}"
		encryptedVerifierHashValue="${locked("d7aa0f6d3061344e", sha512(proof))}"
		encryptedKeyValue="${locked("146e0be7abacd0d6", secret)}"/></keyEncryptors></encryption>`;
	const version = Buffer.from("0400040040000000", "hex");
	return compoundFile({
		EncryptionInfo: Buffer.concat([version, Buffer.from(info)]),
		EncryptedPackage: Buffer.concat([uint32(content.length), uint32(0), encryptedSegments(content)]),
	});
}

function encryptedSegments(content: Uint8Array): Buffer {
	const segments: Buffer[] = [];
	for (let index = 0; index * 4096 < content.length; index++) {
		const segment = content.subarray(index * 4096, (index + 1) * 4096);
		segments.push(encrypt(secret, sha512(salt, uint32(index)).subarray(0, 16), padded(segment, 16)));
	}
	return Buffer.concat(segments);
}

/** [MS-CFB]: header, table of chains, directory, then the streams, filled up so that none of them is a small one. */
function compoundFile(streams: Record<string, Buffer>): Uint8Array {
	const header = Buffer.alloc(sectorSize);
	header.write("d0cf11e0a1b11ae1", "hex");
	header.writeUInt16LE(9, 30);
	header.writeUInt32LE(1, 48);
	header.writeUInt32LE(endOfChain, 60);
	header.writeUInt32LE(endOfChain, 68);
	header.fill(0xff, 76);
	header.writeUInt32LE(0, 76);
	const chains = Buffer.alloc(sectorSize, 0xff);
	chains.writeUInt32LE(endOfChain, 4);
	const entries = [entryOf("Root Entry", 5, endOfChain, 0)];
	const sectors: Buffer[] = [];
	for (const [name, data] of Object.entries(streams)) {
		const start = 2 + sectors.length;
		const filled = padded(Buffer.concat([data, Buffer.alloc(Math.max(0, 4096 - data.length), 0x20)]), sectorSize);
		for (let at = 0; at < filled.length; at += sectorSize) {
			const sector = 2 + sectors.length;
			chains.writeUInt32LE(at + sectorSize < filled.length ? sector + 1 : endOfChain, sector * 4);
			sectors.push(filled.subarray(at, at + sectorSize));
		}
		entries.push(entryOf(name, 2, start, Math.max(4096, data.length)));
	}
	return Buffer.concat([header, chains, padded(Buffer.concat(entries), sectorSize), ...sectors]);
}

function entryOf(name: string, type: number, start: number, size: number): Buffer {
	const entry = Buffer.alloc(128);
	entry.write(name, "utf16le");
	entry.writeUInt16LE(2 * name.length + 2, 64);
	entry.writeUInt8(type, 66);
	entry.writeUInt32LE(start, 116);
	entry.writeUInt32LE(size, 120);
	return entry;
}

function encrypt(key: Buffer, iv: Buffer, data: Buffer): Buffer {
	return createCipheriv("aes-256-cbc", key, iv).setAutoPadding(false).update(data);
}

function padded(data: Uint8Array, size: number): Buffer {
	return Buffer.concat([data, Buffer.alloc((size - (data.length % size)) % size)]);
}

function sha512(...parts: Uint8Array[]): Buffer {
	const hash = createHash("sha512");
	for (const part of parts) hash.update(part);
	return hash.digest();
}

function uint32(number: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32LE(number);
	return bytes;
}
