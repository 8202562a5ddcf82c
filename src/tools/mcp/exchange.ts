/** One request to a server and what comes back for it: how much, how it was refused, and a way to end it. */
import { AppError } from "#core/errors";

export interface Exchange {
	/** Aborted with the reason why the exchange ended before its answer. */
	signal: AbortSignal;
	/** The status of the last answer, where it was no success. */
	refusedWith?: number;
	/** What the last request failed with that got no answer. */
	failure?: unknown;
	/** Counts bytes that have come; beyond the limit it ends the exchange, and throws. */
	take(bytes: number): void;
	/** Counts from zero again. */
	renew(): void;
	end(reason: unknown): void;
}

export function newExchange(maxBytes: number, ended: () => void = () => {}): Exchange {
	const controller = new AbortController();
	let taken = 0;
	return {
		signal: controller.signal,
		take(bytes) {
			taken += bytes;
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
