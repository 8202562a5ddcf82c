/** Refuses JSON that is nested so deeply that handling it could overflow the stack. */
import { AppError } from "#core/errors";

const maxDepth = 64;

export function checkJsonDepth(text: string): void {
	let depth = 0;
	let inString = false;
	for (let i = 0; i < text.length; i++) {
		const char = text.charCodeAt(i);
		if (inString) {
			if (char === 0x5c) i++;
			else if (char === 0x22) inString = false;
		} else if (char === 0x22) inString = true;
		else if (char === 0x7b || char === 0x5b) {
			if (++depth > maxDepth) throw new AppError("malformed_request", `JSON is nested more than ${maxDepth} deep.`);
		} else if (char === 0x7d || char === 0x5d) depth--;
	}
}
