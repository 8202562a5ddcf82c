/** Errors about a document: each names the file and the reason. */
import { AppError, type ErrorCode } from "#core/errors";

export function refuse(name: string, reason: string, code: ErrorCode = "invalid_input", cause?: unknown): AppError {
	return new AppError(code, `${printable(name)} ${reason}`, { cause });
}

function printable(name: string): string {
	const plain = name.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, "").trim();
	return plain === "" ? "The document" : `"${plain.slice(0, 200)}"`;
}
