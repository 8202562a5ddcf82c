/** Stops a metered WebAssembly instance by its clock or by what it computed, whichever comes first. */
import { AppError } from "#core/errors";

/** Rounds between two looks at the clock: about a millisecond of work. */
const slice = 100_000;
/**
 * Rounds that count as a millisecond. Scripts do 65,000 to 450,000 on the machine this was measured on; it decides only
 * where the clock stands still, as it does in production for as long as a Worker computes.
 */
const roundsPerMs = 400_000;
/** What a call into the host costs, in rounds. */
const hostCall = 2_000;

export class Meter {
	private fuel: WebAssembly.Global | undefined;
	private limits = { timeoutMs: Infinity, cpuMs: Infinity };
	private deadline = Infinity;
	/** Milliseconds that may still be computed. */
	private cpuLeft = Infinity;
	/** Undefined while the instance does not compute. */
	private resumedAt: number | undefined;
	/** Rounds. */
	private budget = Infinity;
	private spent = 0;
	private exhausted = false;
	private hostCalls = 0;

	attach(fuel: WebAssembly.Global): void {
		this.fuel = fuel;
	}

	/** A new run, which ends at `deadline` at the latest. Its time to compute begins with `resume`. */
	start(limits: { timeoutMs: number; cpuMs: number }, deadline: number): void {
		const { cpuMs } = limits;
		Object.assign(this, { limits, deadline, cpuLeft: cpuMs, budget: cpuMs * roundsPerMs, spent: 0, exhausted: false });
		if (this.fuel) this.fuel.value = slice;
	}

	/** The instance is about to compute. */
	resume(): void {
		this.resumedAt = Date.now();
	}

	/** The instance no longer computes; returns for how many milliseconds it has, undefined where it has not. */
	pause(): number | undefined {
		if (this.resumedAt === undefined) return undefined;
		const computed = Date.now() - this.resumedAt;
		this.resumedAt = undefined;
		this.cpuLeft -= computed;
		return computed;
	}

	/** Calls into the host and charges for it. */
	host(call: () => unknown): unknown {
		this.hostCalls++;
		try {
			return call();
		} finally {
			this.hostCalls--;
			// What ran out of time in there is to stop at the first loop out here.
			if (this.fuel) this.fuel.value = this.exhausted ? -1 : this.fuel.value - hostCall;
		}
	}

	/**
	 * Called by the instance when its fuel is gone. What it throws unwinds the instance, which is broken from then on:
	 * it gets no fuel again, so that nothing that swallows the error goes on.
	 */
	readonly poll = (): void => {
		if (!this.fuel) return;
		this.spent += slice - this.fuel.value;
		const end = Math.min(this.deadline, (this.resumedAt ?? 0) + this.cpuLeft);
		this.exhausted ||= this.spent > this.budget || Date.now() >= end;
		// The library catches and prints what is thrown inside of a call into the host; such calls are short.
		if (this.exhausted && this.hostCalls === 0) throw this.timeUp();
		this.fuel.value = slice;
	};

	timeUp(): Error {
		const { timeoutMs, cpuMs } = this.limits;
		const what = Date.now() >= this.deadline ? `ran longer than ${timeoutMs} ms` : `computed for more than ${cpuMs} ms`;
		return new AppError("tool_timeout", `The script ${what}.`);
	}
}
