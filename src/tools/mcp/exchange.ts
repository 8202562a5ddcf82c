/** One request to a server and what comes back for it: how much, how it was refused, and a way to end it. */
import { AppError } from "#core/errors";

export interface Exchange {
	/** Aborted with the reason why the exchange ended before its answer. */
	signal: AbortSignal;
	/** The status of the last answer, where it was no success. */
	refusedWith?: number;
	/** What the last request failed with that got no answer. */
	failure?: unknown;
	/** Bytes that may come for it. */
	readonly maxBytes: number;
	/** Counts bytes that have come; beyond the limit it ends the exchange, and throws. */
	take(bytes: number): void;
	/** Counts from zero again. */
	renew(): void;
	end(reason: unknown): void;
}

/** A limit that is a function is asked again whenever something comes. */
export function newExchange(limit: number | (() => number), ended: () => void = () => {}): Exchange {
	const controller = new AbortController();
	const maximum = typeof limit === "number" ? () => limit : limit;
	let taken = 0;
	return {
		signal: controller.signal,
		get maxBytes() {
			return maximum();
		},
		take(bytes) {
			taken += bytes;
			const maxBytes = maximum();
			if (taken <= maxBytes) return;
			end(new AppError("limit_exceeded", `The server sent more than ${maxBytes} bytes.`));
			throw controller.signal.reason;
		},
		renew() {
			taken = 0;
		},
		end,
	};

	function end(reason: unknown): void {
		if (controller.signal.aborted) return;
		controller.abort(reason);
		ended();
	}
}
