/**
 * Places for runs that wait for answers from outside: few, because each keeps its engine's memory meanwhile, and a Worker
 * has 128 MB for everything. Runs that only compute need none, so that none of them waits for what others wait for.
 */
import { busy } from "./limits.ts";

const mostAtOnce = 4;
const lookAgainMs = 10;
/** How long after its end a run may still hold its place. */
const graceMs = 100;

interface Place {
	/** A request whose client has left may never give it back. */
	until: number;
}

const places = new Set<Place>();

/** @throws {AppError} `service_unavailable` where none is free before `deadline`. */
export async function withPlace<Result>(deadline: number, use: () => Promise<Result>): Promise<Result> {
	const place = await placeBefore(deadline);
	try {
		return await use();
	} finally {
		places.delete(place);
	}
}

/** Looks instead of being told: what one request resolves, another cannot rely on. */
async function placeBefore(deadline: number): Promise<Place> {
	while (isFull()) {
		if (Date.now() >= deadline) throw busy();
		await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
	}
	const place = { until: deadline + graceMs };
	places.add(place);
	return place;
}

function isFull(): boolean {
	for (const place of places) if (place.until < Date.now()) places.delete(place);
	return places.size >= mostAtOnce;
}
