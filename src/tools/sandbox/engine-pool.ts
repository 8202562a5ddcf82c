/** Lends engines to runs: few at once, because each holds memory, and none again that was broken or has grown. */
import { AppError } from "#core/errors";
import { type Engine, newEngine } from "./engine.ts";

/** Only runs that wait for an answer from outside overlap; a Worker has 128 MB for everything. */
const mostAtOnce = 4;
const lookAgainMs = 10;

let idle: Engine | undefined;
/** Until when each running script holds its place: a request whose client has left may never give it back. */
const places = new Set<{ until: number }>();

/** Runs `use` with an engine whose memory is pristine. It is used again only when `use` returns. */
export async function withEngine<Result>(deadline: number, use: (engine: Engine) => Promise<Result>): Promise<Result> {
	const place = await placeBefore(deadline);
	try {
		const engine = idle ?? (await newEngine());
		if (engine === idle) idle = undefined;
		const result = await use(engine);
		if (engine.reset()) idle = engine;
		return result;
	} finally {
		places.delete(place);
	}
}

/** Looks instead of being told: what one request resolves, another cannot rely on. */
async function placeBefore(deadline: number): Promise<{ until: number }> {
	while (isFull()) {
		if (Date.now() >= deadline) throw busy();
		await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
	}
	const place = { until: deadline + 1_000 };
	places.add(place);
	return place;
}

function isFull(): boolean {
	for (const place of places) if (place.until < Date.now()) places.delete(place);
	return places.size >= mostAtOnce;
}

function busy(): AppError {
	return new AppError("service_unavailable", "Too many scripts are waiting for answers from outside.", {
		details: { retryAfter: 1 },
	});
}
