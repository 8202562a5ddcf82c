/** The tools that calculate. */
import type { StandardTool } from "#tools/standard/standard-tool";
import { computeStatistics } from "./compute-statistics.ts";
import { convertUnit } from "./convert-unit.ts";
import { evaluateMath } from "./evaluate-math.ts";
import { fitLinearRegression } from "./fit-linear-regression.ts";
import { randomNumber } from "./random-number.ts";

export const mathTools: StandardTool[] = [
	evaluateMath,
	convertUnit,
	computeStatistics,
	fitLinearRegression,
	randomNumber,
];
