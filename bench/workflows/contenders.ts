/** Any number of systems with the same work, measured in turns, so that a machine that slows down slows all of them. */
import { setTimeout as delay } from "node:timers/promises";
import { rateOf, saturate, type Target } from "../load.ts";

export interface Contender {
	name: string;
	target: Target;
	/** Telemetry is stored a second and more after its request: it is waited for, and paid for, where there is any. */
	hasTelemetry: boolean;
}

/** Of each contender, by its name: a figure a round. */
export type Figures = Map<string, number[]>;

export const atOnce = 16;
const rounds = 3;
const lean = { connections: atOnce, warmUpSeconds: 0.4, seconds: 1.6 };
const thorough = { connections: atOnce, warmUpSeconds: 1.5, seconds: 2 };
const restMs = 1_500;
/** A compiler that works from what it has seen run needs to see it often: whoever serves others is warm. */
const warm = { connections: atOnce, warmUpSeconds: 0, seconds: 2 };
const samples = 15;

/** Runs a second with 16 at once. */
export async function ratesOf(contenders: Contender[]): Promise<Figures> {
	return await inTurns(contenders, rounds, async ({ target, hasTelemetry }) => {
		const rate = await saturate(target, hasTelemetry ? thorough : lean);
		if (hasTelemetry) await delay(restMs);
		return rate;
	});
}

/** Milliseconds of a run with nothing beside it; the connection has served one before. */
export async function timesAlone(contenders: Contender[]): Promise<Figures> {
	return await inTurns(contenders, samples, async ({ target }) => {
		return 1_000 / (await rateOf(target, { connections: 1, requests: 1 }));
	});
}

/** In another order every round, and each is warm before the first. */
async function inTurns(
	contenders: Contender[],
	times: number,
	measure: (contender: Contender) => Promise<number>,
): Promise<Figures> {
	const figures: Figures = new Map(contenders.map(({ name }) => [name, []]));
	for (const { target } of contenders) await saturate(target, warm);
	for (let round = 0; round < times; round++) {
		for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
			figures.get(contender.name)?.push(await measure(contender));
		}
	}
	return figures;
}
