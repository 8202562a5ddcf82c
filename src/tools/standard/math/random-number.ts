/** `random_number`: random numbers, the same ones again under the same seed. */
import { z } from "zod";
import { AppError } from "#core/errors";
import { standardTool } from "#tools/standard/standard-tool";

const bytesEach = 8;

export const randomNumber = standardTool({
	id: "random_number",
	name: "Random number",
	description:
		"Draws random numbers from a range. Use it for dice, lots and samples: what a model makes up is not random. " +
		"With a seed the result is the same every time.",
	category: "math",
	writes: false,
	input: z.strictObject({
		min: z
			.number()
			.default(0)
			.meta({ description: "The least that can come.", examples: [1] }),
		max: z
			.number()
			.default(1)
			.meta({ description: "The most that can come; itself drawn only where `integer` is set.", examples: [6] }),
		integer: z.boolean().default(false).meta({ description: "Whole numbers only, both ends included." }),
		count: z
			.int()
			.min(1)
			.max(1_000)
			.default(1)
			.meta({ description: "How many.", examples: [1, 10] }),
		seed: z
			.string()
			.min(1)
			.max(200)
			.optional()
			.meta({ description: "Any text.", examples: ["draw of 3 May"] }),
	}),
	output: z.object({ values: z.array(z.number()) }),
	examples: [
		{
			title: "Three dice that fall the same way every time",
			input: { min: 1, max: 6, integer: true, count: 3, seed: "dice" },
			output: { values: [3, 4, 3] },
		},
		{ title: "A coin", input: { min: 0, max: 1, integer: true, seed: "coin" }, output: { values: [1] } },
		{ title: "A number from 0 to 1", input: {} },
	],
	async run({ min, max, integer, count, seed }) {
		const [low, high] = integer ? [Math.ceil(min), Math.floor(max)] : [min, max];
		if (low > high) throw new AppError("invalid_input", "There is no such number between min and max.");
		if (integer && !(Number.isSafeInteger(low) && Number.isSafeInteger(high) && Number.isSafeInteger(high - low + 1))) {
			throw new AppError("invalid_input", "The range is too large for whole numbers.");
		}
		if (!Number.isFinite(high - low)) throw new AppError("invalid_input", "The range is too large.");
		const fractions = fractionsOf(await bytes(count * bytesEach, seed));
		return {
			values: fractions.map((fraction) =>
				integer ? low + Math.floor(fraction * (high - low + 1)) : low + fraction * (high - low),
			),
		};
	},
});

/** The key stream of AES under the seed's hash is a generator that every platform has and nobody foresees. */
async function bytes(length: number, seed: string | undefined): Promise<Uint8Array> {
	if (seed === undefined) return crypto.getRandomValues(new Uint8Array(length));
	const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(seed));
	const key = await crypto.subtle.importKey("raw", hash, "AES-CTR", false, ["encrypt"]);
	const algorithm = { name: "AES-CTR", counter: new Uint8Array(16), length: 64 };
	return new Uint8Array(await crypto.subtle.encrypt(algorithm, key, new Uint8Array(length)));
}

/** 53 bits each, from 0 up to but not 1. */
function fractionsOf(data: Uint8Array): number[] {
	const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
	return Array.from(
		{ length: data.byteLength / bytesEach },
		(_, index) => Number(view.getBigUint64(index * bytesEach) >> 11n) / 2 ** 53,
	);
}
