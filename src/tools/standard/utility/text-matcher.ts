/**
 * Finds a literal or a wildcard pattern in a line. The pieces between the stars are looked for one after the other, each
 * at its first place, so nothing is ever tried twice as a regular expression with several stars would.
 */

export interface Found {
	start: number;
	/** After the last character. */
	end: number;
}

type Matcher = (line: string, from: number) => Found | undefined;

export function matcherOf(query: string, options: { wildcard: boolean; caseSensitive: boolean }): Matcher {
	const flags = options.caseSensitive ? "gs" : "gsi";
	const pieces = (options.wildcard ? query.split(/\*+/) : [query]).map((piece) =>
		pieceOf(piece, options.wildcard, flags),
	);
	return (line, from) => {
		let start: number | undefined;
		let end = from;
		for (const [index, piece] of pieces.entries()) {
			if (piece) {
				piece.lastIndex = end;
				const match = piece.exec(line);
				if (!match) return undefined;
				start ??= match.index;
				end = match.index + match[0].length;
			} else if (index === 0) {
				start = from;
			} else {
				// The pattern ends with a star: it takes what is left.
				end = line.length;
			}
		}
		return start === undefined || end === start ? undefined : { start, end };
	};
}

/** Of fixed length: no quantifier, nothing to go back to. */
function pieceOf(piece: string, wildcard: boolean, flags: string): RegExp | undefined {
	if (piece === "") return undefined;
	const parts = wildcard ? piece.split("?") : [piece];
	return new RegExp(parts.map((part) => RegExp.escape(part)).join("."), flags);
}
