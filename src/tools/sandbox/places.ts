/**
 * Places for runs that wait for answers from outside: few, because each keeps its engine's memory meanwhile, and a Worker
 * has 128 MB for everything; and not all for one user, whose servers may be slow on purpose. Runs that only compute need
 * none, so that none of them waits for what others wait for.
 */
import { busy } from "./limits.ts";

const mostAtOnce = 4;
const mostOfOneUser = 2;
/** How long a run waits for one, and half of its time at most: the rest is for its work, and for saying that none was free. */
const patienceMs = 1_000;
const lookAgainMs = 10;
/** How long after its end a run may still hold its place. */
const graceMs = 100;

interface Place {
	userId: string;
	/** A request whose client has left may never give it back. */
	until: number;
}

const places = new Set<Place>();

/** @throws {AppError} `service_unavailable` where none becomes free. `deadline`: when the run ends at the latest. */
export async function withPlace<Result>(userId: string, deadline: number, use: () => Promise<Result>): Promise<Result> {
	const place = await placeFor(userId, deadline);
	try {
		return await use();
	} finally {
		places.delete(place);
	}
}

/** Looks instead of being told: what one request resolves, another cannot rely on. */
async function placeFor(userId: string, deadline: number): Promise<Place> {
	const now = Date.now();
	const patientUntil = now + Math.min(patienceMs, (deadline - now) / 2);
	while (isFullFor(userId)) {
		if (Date.now() >= patientUntil) throw busy();
		await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
	}
	const place = { userId, until: deadline + graceMs };
	places.add(place);
	return place;
}

function isFullFor(userId: string): boolean {
	for (const place of places) if (place.until < Date.now()) places.delete(place);
	return places.size >= mostAtOnce || [...places].filter((place) => place.userId === userId).length >= mostOfOneUser;
}
