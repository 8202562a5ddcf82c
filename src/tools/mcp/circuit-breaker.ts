/**
 * Keeps calls away from a server that does not answer: after some failures in a row it lets one through after a pause,
 * and a longer one after each that fails as well. It is kept in storage, so that eviction is no way around it.
 */
import { AppError } from "#core/errors";
import type { circuitStates } from "./schema.ts";

export interface CircuitBreaker {
	readonly state: (typeof circuitStates)[number];
	/** Seconds until a call is let through; 0 where it is now. */
	readonly retryAfter: number;
	readonly lastSuccess: number | undefined;
	readonly lastFailure: number | undefined;
	/** Throws `service_unavailable` while it is open. */
	pass(): void;
	succeeded(): void;
	failed(): void;
	reset(): void;
}

interface State {
	/** In a row. */
	failures: number;
	/** Epoch milliseconds; 0 while it is closed. */
	openUntil: number;
	lastFailure?: number;
	lastSuccess?: number;
}

const maxFailures = 5;
const firstPauseMs = 1_000;
const maxPauseMs = 60_000;
const key = "circuit";
/** A success that only moves this time is not written more often. */
const writeEveryMs = 60_000;

export function circuitBreaker(storage: SyncKvStorage): CircuitBreaker {
	let state = storage.get<State>(key) ?? { failures: 0, openUntil: 0 };
	return {
		get state() {
			return stateNow();
		},
		get retryAfter() {
			return retryAfter();
		},
		get lastSuccess() {
			return state.lastSuccess;
		},
		get lastFailure() {
			return state.lastFailure;
		},
		pass() {
			if (stateNow() === "closed") return;
			if (stateNow() === "open") {
				throw new AppError(
					"service_unavailable",
					"The MCP server has failed several times; it is left alone for now.",
					{
						details: { retryAfter: retryAfter() },
					},
				);
			}
			// One call tries; the others wait for what comes of it.
			save({ ...state, openUntil: Date.now() + pauseOf(state.failures) });
		},
		succeeded() {
			const lastSuccess = Date.now();
			const isNews = state.failures > 0 || lastSuccess - (state.lastSuccess ?? 0) > writeEveryMs;
			const next = { ...state, failures: 0, openUntil: 0, lastSuccess };
			if (isNews) save(next);
			else state = next;
		},
		failed() {
			const failures = state.failures + 1;
			const now = Date.now();
			const openUntil = failures < maxFailures ? 0 : now + pauseOf(failures);
			save({ ...state, failures, openUntil, lastFailure: now });
		},
		reset() {
			save({ failures: 0, openUntil: 0 });
		},
	};

	function stateNow(): CircuitBreaker["state"] {
		if (state.openUntil === 0) return "closed";
		return state.openUntil > Date.now() ? "open" : "half_open";
	}

	function retryAfter(): number {
		return Math.ceil(Math.max(0, state.openUntil - Date.now()) / 1_000);
	}

	function save(next: State): void {
		state = next;
		storage.put(key, next);
	}
}

function pauseOf(failures: number): number {
	return Math.min(maxPauseMs, firstPauseMs * 2 ** Math.max(0, failures - maxFailures));
}
