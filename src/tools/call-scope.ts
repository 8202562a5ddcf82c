/**
 * What a tool gets besides its input. The signal is made for whoever asks for it: a tool that has its result at once
 * needs neither timer nor signal, and both take longer than most such tools.
 */
import type { Caller } from "#core/caller";
import { AppError } from "#core/errors";
import type { ToolScope } from "./standard/standard-tool.ts";

/** What a tool is told that still works after its call; one for all, because to make an error takes long. */
const over = new AppError("cancelled", "The call is over.");

interface Call {
	caller: Caller;
	fetch: typeof fetch;
	timeoutMs: number;
	idempotencyKey: string;
	seed?: number;
	/** Of who waits for the result. */
	waiting?: AbortSignal;
}

export class CallScope implements ToolScope {
	readonly caller: Caller;
	readonly fetch: typeof fetch;
	readonly timeoutMs: number;
	readonly idempotencyKey: string;
	readonly seed?: number;
	readonly #waiting: AbortSignal | undefined;
	#stop: AbortController | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor({ caller, fetch, timeoutMs, idempotencyKey, seed, waiting }: Call) {
		this.caller = caller;
		this.fetch = fetch;
		this.timeoutMs = timeoutMs;
		this.idempotencyKey = idempotencyKey;
		this.seed = seed;
		this.#waiting = waiting;
	}

	get signal(): AbortSignal {
		return (this.#stop ?? this.#startTimer()).signal;
	}

	now(): Date {
		return new Date();
	}

	/** The result is there, or nobody wants it. */
	end(): void {
		if (!this.#stop) return;
		clearTimeout(this.#timer);
		this.#waiting?.removeEventListener("abort", this.#abort);
		this.#stop.abort(over);
	}

	#startTimer(): AbortController {
		const stop = new AbortController();
		this.#stop = stop;
		this.#timer = setTimeout(() => stop.abort(tooLate(this.timeoutMs)), this.timeoutMs);
		if (this.#waiting?.aborted) this.#abort();
		this.#waiting?.addEventListener("abort", this.#abort, { once: true });
		return stop;
	}

	readonly #abort = () => this.#stop?.abort(this.#waiting?.reason);
}

function tooLate(timeoutMs: number): AppError {
	return new AppError("tool_timeout", `The tool did not finish within ${timeoutMs} ms.`);
}
