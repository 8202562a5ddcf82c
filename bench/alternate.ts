/** Two systems at saturation, in turns. */
import { setTimeout as delay } from "node:timers/promises";
import { saturate, type Target } from "./load.ts";
import { numberOf, type Row } from "./row.ts";
import { median, medianRatio } from "./statistics.ts";

/** Requests a second of each round. */
export interface Rates {
	platform: number[];
	bare: number[];
}

const rounds = 4;
/** Telemetry is stored a second and more after its request: each measurement pays for what went just before it, */
const saturated = { connections: 32, warmUpSeconds: 1.5, seconds: 2.5 };
/** and none for what another system has left to do. */
const restMs = 1_500;

/** Each in turn, in another order every round, so that a machine that slows down slows both. */
export async function alternate(targets: { platform: Target; bare: Target }): Promise<Rates> {
	const rates: Rates = { platform: [], bare: [] };
	for (const target of Object.values(targets)) await saturate(target, saturated);
	await delay(restMs);
	for (let round = 0; round < rounds; round++) {
		const order = round % 2 === 0 ? (["platform", "bare"] as const) : (["bare", "platform"] as const);
		for (const who of order) {
			rates[who].push(await saturate(targets[who], saturated));
			await delay(restMs);
		}
	}
	return rates;
}

export function ratioRow(name: string, { platform, bare }: Rates, limits: Pick<Row, "atLeast" | "goal">): Row {
	const measured = `${numberOf(median(platform))}/s against ${numberOf(median(bare))}/s`;
	return { name, value: medianRatio(platform, bare), unit: "×", measured, ...limits };
}
