/** Any JSON value of bounded size and depth, so that what walks through it later comes to an end. */
import { z } from "zod";

const maximumSize = 500_000;
const maximumDepth = 100;

export const BoundedJson = z
	.unknown()
	.refine((value) => value !== undefined, "Required.")
	.refine(isBounded, `Larger than ${maximumSize} characters or deeper than ${maximumDepth} levels.`);

/** Walks level by level: recursion is what deep values break. */
export function isBounded(value: unknown): boolean {
	let size = 0;
	let level = [value];
	for (let depth = 0; level.length > 0; depth += 1) {
		if (depth > maximumDepth) return false;
		const below: unknown[] = [];
		for (const item of level) {
			size += typeof item === "string" ? item.length : 1;
			if (typeof item === "object" && item !== null) {
				for (const [key, child] of Object.entries(item)) {
					size += Array.isArray(item) ? 0 : key.length;
					below.push(child);
				}
			}
			if (size + below.length > maximumSize) return false;
		}
		level = below;
	}
	return true;
}
