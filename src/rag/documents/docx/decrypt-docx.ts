/** The Word document inside a protected one ([MS-OFFCRYPTO] §2.3.4). */
import type { ParseOptions } from "#rag/documents/parse-options";
import { refuse } from "#rag/documents/refuse";
import { openAgile } from "./agile-encryption.ts";
import { EncryptionError } from "./encryption-error.ts";
import { type CompoundFile, CompoundFileError, readCompoundFile } from "./read-compound-file.ts";
import { openStandard } from "./standard-encryption.ts";

export function decryptDocx(bytes: Uint8Array, { name, password }: ParseOptions): Uint8Array {
	try {
		const file = readCompoundFile(bytes);
		const { info, content } = encryptedParts(file) ?? {};
		if (!info || !content)
			throw refuse(name, "is an Office file of before 2007, which cannot be read.", "unsupported_media_type");
		if (password === undefined) throw refuse(name, "is protected: it can be read only with its password.");
		const decrypt = openerOf(info)(info, password);
		if (!decrypt) throw refuse(name, "is protected by another password.");
		const size = new DataView(content.buffer, content.byteOffset).getUint32(0, true);
		return decrypt(content.subarray(8)).subarray(0, size);
	} catch (failure) {
		if (!(failure instanceof CompoundFileError || failure instanceof EncryptionError)) throw failure;
		throw refuse(name, `cannot be read: it ${failure.message}.`, "invalid_input", failure);
	}
}

function encryptedParts(file: CompoundFile): { info: Uint8Array; content: Uint8Array } | undefined {
	const info = file.stream("EncryptionInfo");
	const content = file.stream("EncryptedPackage");
	return info && content && info.length > 8 && content.length > 8 ? { info, content } : undefined;
}

/** By the version in the first four bytes. */
function openerOf(info: Uint8Array): typeof openAgile {
	const [major, , minor] = info;
	if (major === 4 && minor === 4) return openAgile;
	if (major !== undefined && major >= 2 && major <= 4 && minor === 2) return openStandard;
	throw new EncryptionError("is protected in a way that is not known here");
}
