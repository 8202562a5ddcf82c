/** Gives one script an engine, its limits and a clock, and makes every way it can break them one AppError. */
import { AppError, asAppError } from "#core/errors";
import { CallOut, type ScriptFetch } from "./call-out.ts";
import { withEngine } from "./engine-pool.ts";
import type { Engine } from "./engine.ts";
import { boundedLimits, busy, limitExceeded, type ScriptLimits } from "./limits.ts";
import { type LogEntry, LogBook } from "./log-book.ts";
import type { Meter } from "./meter.ts";
import { withPlace } from "./places.ts";
import { type Call, type Ending, Sandbox, stackOverflow } from "./sandbox.ts";
import { endTurn, takeTurn } from "./turn.ts";

export interface ScriptOptions extends ScriptLimits {
	/** Milliseconds since 1970: what the time is when the script starts. */
	now: number;
	/** Makes the run repeatable: Math.random follows from it, and the clock stands still at `now`. */
	seed?: number;
	signal: AbortSignal;
	/** Without it there is no `fetch` in the sandbox. */
	fetch?: ScriptFetch;
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
	const callOut = options.fetch && new CallOut(options.fetch, over.signal, Math.floor(limits.memoryBytes / 8));
	async function compute(): Promise<Ending> {
		// Before the engine: who waits for a turn keeps no memory.
		if (!(await takeTurn(deadline))) throw busy();
		return await withEngine(async (engine) => {
			const { meter } = engine;
			meter.start(limits, deadline);
			resume(meter, options.signal);
			try {
				setClock(engine, options);
				const sandbox = new Sandbox(engine, limits, logs.write, callOut);
				return await sandbox.run(source, call, async (ready) => {
					pause(meter);
					await waitFor(ready, engine, deadline, options.signal);
					if (!(await takeTurn(deadline))) throw meter.timeUp();
					resume(meter, options.signal);
				});
			} finally {
				pause(meter);
			}
		});
	}

	try {
		const ending = await (callOut ? withPlace(deadline, compute) : compute());
		return { ending, logs: logs.read(), durationMs: Date.now() - startedAt };
	} catch (error) {
		throw brokenLimit(error);
	} finally {
		over.abort();
	}
}

/** The engine seeds its Math.random with the time at which a context is made: that reading, the first, is the seed. */
function setClock(engine: Engine, { now, seed }: ScriptOptions): void {
	const startedAt = Date.now();
	const [random = 0] = seed === undefined ? crypto.getRandomValues(new Uint32Array(1)) : [seed];
	// Apart from each other even for neighbouring seeds, and never the zero that the engine takes for none.
	const mixed = Math.imul(Math.trunc(random) ^ Math.trunc(random / 2 ** 32) ^ 0x5bd1e995, 0x9e3779b1) >>> 0;
	engine.clock = () => {
		engine.clock = seed === undefined ? () => now + Date.now() - startedAt : () => now;
		return 1 + mixed * 256;
	};
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
