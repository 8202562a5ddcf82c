/** What a path may be: plain, relative, and read the same by everyone who sees it. */
import { AppError } from "#core/errors";

/** UTF-16 units; a key of R2 holds 1,024 bytes, and a unit is three at most. */
export const maxPathLength = 200;
const maxSegments = 10;

/** Control and format characters, lone surrogates, line separators; joiners stay, for scripts and emoji need them. */
const unseen = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/u;
/** A dot, slash, backslash or NUL for whoever decodes the path once more. */
const encoded = /%(?:2e|2f|5c|00)/i;

/**
 * The path in its one form (NFC).
 *
 * @throws {AppError} `invalid_input`
 */
export function filePath(given: string): string {
	const path = given.normalize("NFC");
	if (path.length > maxPathLength) throw refused(`has ${maxPathLength} characters at most`);
	if (unseen.test(path)) throw refused("must not contain control or invisible characters");
	if (encoded.test(path)) throw refused("must not contain percent-encoded dots, slashes or NUL");
	if (hasLookAlike(path)) throw refused("must not contain look-alikes of dots or slashes");
	if (path.includes("\\")) throw refused("is separated by /, not by \\");
	if (path.startsWith("/")) throw refused("is relative: no / at its start");

	const segments = path.split("/");
	if (segments.length > maxSegments) throw refused(`has ${maxSegments} segments at most`);
	if (segments.includes("")) throw refused("must not contain empty segments");
	if (segments.some((segment) => segment === "." || segment === "..")) throw refused("must not contain . or ..");
	if (segments.some((segment) => segment !== segment.trim())) throw refused("has no spaces around its segments");
	return path;
}

/** A prefix is the beginning of a path: empty, a folder (`reports/`), or part of a name. */
export function filePrefix(given: string): string {
	if (given === "") return "";
	return given.endsWith("/") ? `${filePath(given.slice(0, -1))}/` : filePath(given);
}

/** NFKC turns `．．／` into what it looks like; of these five it leaves the look alone. */
function hasLookAlike(path: string): boolean {
	const count = (text: string) => text.match(/[./\\]/g)?.length ?? 0;
	return /[\u2044\u2215\u2216\u29f5\u29f8]/.test(path) || count(path.normalize("NFKC")) !== count(path);
}

function refused(rule: string): AppError {
	return new AppError("invalid_input", `A path ${rule}.`);
}
