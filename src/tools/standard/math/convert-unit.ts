/** `math_convert_unit`: a quantity in another unit. */
import { z } from "zod";
import { AppError } from "#core/errors";
import { standardTool } from "#tools/standard/standard-tool";
import { inMath, mathEngine } from "./math-engine.ts";

const UnitName = z.string().trim().min(1).max(50);

export const convertUnit = standardTool({
	id: "math_convert_unit",
	name: "Convert unit",
	description:
		"Converts a quantity from one unit into another of the same kind: lengths, areas, volumes, masses, times, speeds, " +
		"temperatures, energies, pressures, data sizes and more, also composed ones such as `km/h`. No currencies.",
	category: "math",
	writes: false,
	input: z.strictObject({
		value: z.number().meta({ description: "How many of the first unit.", examples: [3, 98.6] }),
		from: UnitName.meta({ description: "The unit it is in.", examples: ["inch", "degF", "km/h"] }),
		to: UnitName.meta({ description: "The unit wanted.", examples: ["cm", "degC", "m/s"] }),
	}),
	output: z.object({
		value: z.number().meta({ description: "How many of the unit wanted, to 14 significant digits." }),
		unit: z.string(),
		text: z.string().meta({ description: "Both together, as people read it." }),
	}),
	examples: [
		{
			title: "Inches in centimetres",
			input: { value: 3, from: "inch", to: "cm" },
			output: { value: 7.62, unit: "cm", text: "7.62 cm" },
		},
		{
			title: "A temperature",
			input: { value: 98.6, from: "degF", to: "degC" },
			output: { value: 37, unit: "degC", text: "37 degC" },
		},
		{
			title: "A speed",
			input: { value: 90, from: "km/h", to: "m/s" },
			output: { value: 25, unit: "m/s", text: "25 m/s" },
		},
	],
	run({ value, from, to }) {
		const { math } = mathEngine();
		const converted = inMath(() => math.unit(value, from).toNumber(to));
		if (!Number.isFinite(converted)) throw new AppError("invalid_input", "The result is not a finite number.");
		const rounded = Number(converted.toPrecision(14)) + 0;
		return { value: rounded, unit: to, text: `${rounded} ${to}` };
	},
});
