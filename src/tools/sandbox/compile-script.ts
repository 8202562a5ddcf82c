/**
 * TypeScript to the JavaScript that the engine runs: types are taken away, nothing is checked against them, and every
 * line stays where it was.
 *
 * The parser reads a source again wherever it cannot tell an arrow function from something else, which doubles with
 * every nesting: a hundred characters can take hours. So what it reads is counted.
 */
import { transform } from "sucrase";
import { invalidSource } from "./check-script.ts";

/** Ordinary sources are read two to five times. */
const mostReadings = 10;
/** For short sources, of which a few words may be all that is read again. */
const freeReadings = 20_000;

/** What the parser takes away as if it were only types. */
const namespace = /^[^\S\n]*(?:export\s+)?(?:namespace|module)\s+[\w.]+\s*\{/m;

/** @throws {AppError} `invalid_input` for the field `/source`, with the line. */
export function compileScript(typeScript: string): string {
	const found = namespace.exec(typeScript);
	if (found) throw invalidSource(`SyntaxError in line ${lineAt(typeScript, found.index)}: namespaces cannot be used`);
	const code = new CountedText(typeScript);
	try {
		return transform(code as unknown as string, {
			transforms: ["typescript"],
			disableESTransforms: true,
			keepUnusedImports: true,
		}).code;
	} catch (error) {
		throw invalidSource(reasonOf(error, lineAt(typeScript, code.furthest)));
	}
}

/** A text that the parser may read so many characters of and no more. */
class CountedText extends String {
	private left: number;
	/** Where the parser could not go on: what it says itself is where it last began anew. */
	furthest = 0;

	constructor(text: string) {
		super(text);
		this.left = freeReadings + text.length * mostReadings;
	}

	override charCodeAt(index: number): number {
		if (this.left-- <= 0) throw new TooManyReadings();
		if (index > this.furthest && index < this.length) this.furthest = index;
		return super.charCodeAt(index);
	}
}

class TooManyReadings extends Error {}

function reasonOf(error: unknown, line: number): string {
	if (error instanceof TooManyReadings) return "The script nests functions in a way that takes too long to read.";
	if (error instanceof RangeError) return "The script nests too deeply.";
	// `Unexpected token, expected ";" (3:9)`; what is broken makes the parser throw errors of other kinds as well.
	const [, what, itsLine] = /^(.*?) \((\d+):\d+\)$/s.exec(String(error).replace(/^\w+: /, "")) ?? [];
	return `SyntaxError in line ${line}: ${what && Number(itsLine) === line ? what : "Unexpected token"}`;
}

function lineAt(text: string, index: number): number {
	return text.slice(0, index).split("\n").length;
}
