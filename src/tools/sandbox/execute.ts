/** Gives one script an engine, its limits and a clock, and makes every way it can break them one AppError. */
import { AppError, asAppError } from "#core/errors";
import { CallOut, type ScriptFetch } from "./call-out.ts";
import type { Engine } from "./engine.ts";
import { boundedLimits, busy, limitExceeded, type ScriptLimits } from "./limits.ts";
import { type LogEntry, LogBook } from "./log-book.ts";
import type { Meter } from "./meter.ts";
import { withPlace } from "./places.ts";
import { withSandbox } from "./sandbox-pool.ts";
import { type Call, type Ending, stackOverflow } from "./sandbox.ts";
import { endTurn, takeTurn } from "./turn.ts";

export interface ScriptOptions extends ScriptLimits {
	/** Milliseconds since 1970: what the time is when the script starts. */
	now: number;
	/** Makes the run repeatable: Math.random follows from it, and the clock stands still at `now`. */
	seed?: number;
	signal: AbortSignal;
	/** Without it there is no `fetch` in the sandbox. */
	network?: {
		fetch: ScriptFetch;
		/** Who has it call out: each has a few places. */
		userId: string;
	};
}

export interface Execution {
	ending: Ending;
	logs: LogEntry[];
	durationMs: number;
}

/** @throws {AppError} `tool_timeout`, `limit_exceeded`, `cancelled`, or `service_unavailable` when too many scripts run at once. */
export async function execute(source: string, call: Call, options: ScriptOptions): Promise<Execution> {
	const limits = boundedLimits(options);
	const startedAt = Date.now();
	const deadline = startedAt + limits.timeoutMs;
	if (options.signal.aborted) throw cancelled();
	if (call.name === "run" && call.input.length > limits.memoryBytes / 8)
		throw limitExceeded("The input is too large for the memory that the script may use.");

	const over = new AbortController();
	const logs = new LogBook(limits.maxLogBytes);
	const { network } = options;
	const callOut = network && new CallOut(network.fetch, over.signal, Math.floor(limits.memoryBytes / 8));
	async function compute(): Promise<Ending> {
		// Before the engine: who waits for a turn keeps no memory.
		if (!(await takeTurn(deadline))) throw busy();
		return await withSandbox(async (sandbox) => {
			const { engine } = sandbox;
			const { meter } = engine;
			meter.start(limits, deadline);
			resume(meter, options.signal);
			try {
				engine.clock = clockOf(options);
				return await sandbox.run(source, call, {
					...{ limits, log: logs.write, seed: seedOf(options) },
					...(callOut && { callOut }),
					wait: async (ready) => {
						pause(meter);
						await waitFor(ready, engine, deadline, options.signal);
						if (!(await takeTurn(deadline))) throw meter.timeUp();
						resume(meter, options.signal);
					},
				});
			} finally {
				pause(meter);
			}
		});
	}

	try {
		const ending = await (network ? withPlace(network.userId, deadline, compute) : compute());
		return { ending, logs: logs.read(), durationMs: Date.now() - startedAt };
	} catch (error) {
		throw brokenLimit(error);
	} finally {
		over.abort();
	}
}

/** The time goes on from `now`, or stands still where the run is to be repeatable. */
function clockOf({ now, seed }: ScriptOptions): () => number {
	const startedAt = Date.now();
	return seed === undefined ? () => now + Date.now() - startedAt : () => now;
}

function seedOf({ seed }: ScriptOptions): [number, number, number] {
	if (seed === undefined) return [...crypto.getRandomValues(new Uint32Array(3))] as [number, number, number];
	return [Math.trunc(seed) >>> 0, Math.trunc(seed / 2 ** 32) >>> 0, 0];
}

/** Only with a turn that was just given: what follows computes at once. */
function resume(meter: Meter, signal: AbortSignal): void {
	meter.resume();
	if (!signal.aborted) return;
	pause(meter);
	throw cancelled();
}

function pause(meter: Meter): void {
	const computed = meter.pause();
	if (computed !== undefined) endTurn(computed);
}

async function waitFor(ready: Promise<void>, engine: Engine, deadline: number, signal: AbortSignal): Promise<void> {
	const { promise, reject } = Promise.withResolvers<never>();
	const abort = (): void => reject(cancelled());
	const timer = setTimeout(() => reject(engine.meter.timeUp()), deadline - Date.now());
	signal.addEventListener("abort", abort);
	if (signal.aborted) abort();
	try {
		await Promise.race([ready, promise]);
	} finally {
		clearTimeout(timer);
		signal.removeEventListener("abort", abort);
	}
}

/** Whatever an engine throws, a script made it do so, by using up something. */
function brokenLimit(error: unknown): unknown {
	const known = asAppError(error);
	if (known) return known;
	if (error instanceof RangeError && /call stack/.test(error.message)) return stackOverflow(error);
	if (error instanceof WebAssembly.RuntimeError) return limitExceeded("The script exhausted its sandbox.", error);
	return error;
}

function cancelled(): AppError {
	return new AppError("cancelled", "The script was cancelled.");
}
