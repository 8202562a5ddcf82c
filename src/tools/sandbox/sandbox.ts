/** One script in one fresh runtime: loads it, drives its promises to an end, and reads what it left as text. */
import type { QuickJSContext, QuickJSHandle } from "quickjs-emscripten-core";
import type { CallOut } from "./call-out.ts";
import { type Engine, newEngine } from "./engine.ts";
import { limitExceeded, type ScriptLimits } from "./limits.ts";
import { prelude } from "./prelude.ts";

export interface ScriptError {
	name: string;
	message: string;
	/** Of the source, counted from one, where the engine knows it. */
	line?: number;
}

/** JSON text, or what the script threw. */
export type Ending = { text: string | undefined } | { error: ScriptError };

/** The text is read only if it is wanted. */
export type Log = (level: string, text: () => string) => void;

/** Waits for an answer, and throws when the time is up or nobody wants the result any more. */
export type Wait = (ready: Promise<void>) => Promise<void>;

export type Call = { name: "check" } | { name: "run"; input: string };

const fileName = "tool.js";
const maxStackBytes = 256 * 1024;
/** What may be used beyond the limit to say that it was reached. */
const reserveBytes = 2 ** 20;
const jobsAtOnce = 100;

/** What one run is given. */
export interface ScriptScope {
	limits: Required<ScriptLimits>;
	log: Log;
	/** Without it there is no `fetch`. */
	callOut?: CallOut;
	/** Three words of 32 bits, from which Math.random follows. */
	seed: readonly [number, number, number];
	wait: Wait;
}

/** The engine's memory is kept as it is with the prelude in it. */
export async function newSandbox(): Promise<Sandbox> {
	const sandbox = new Sandbox(await newEngine());
	sandbox.engine.keep();
	return sandbox;
}

export class Sandbox {
	readonly engine: Engine;
	private readonly context: QuickJSContext;
	private readonly prelude: QuickJSHandle;
	/** Of the run that goes on. */
	private scope: ScriptScope | undefined;

	constructor(engine: Engine) {
		this.engine = engine;
		// No handle is ever disposed: the engine forgets all its memory, or is thrown away.
		const runtime = engine.quickjs.newRuntime({ maxStackSizeBytes: maxStackBytes });
		this.context = runtime.newContext();
		const { context } = this;
		const logs = context.newFunction("log", (level, text) => {
			this.scope?.log(context.getString(level), () => context.getString(text));
		});
		const sends = context.newFunction("send", (request) =>
			context.newNumber(this.scope?.callOut?.send(context.getString(request)) ?? 0),
		);
		const make = context.unwrapResult(context.evalCode(prelude, "sandbox.js"));
		this.prelude = context.unwrapResult(context.callFunction(make, context.undefined, logs, sends));
	}

	/** Resolves once the script has ended or can never end; the caller watches the clock where it waits for answers. */
	async run(source: string, call: Call, scope: ScriptScope): Promise<Ending> {
		const { context } = this;
		const { callOut, wait } = scope;
		this.scope = scope;
		context.runtime.setMemoryLimit(scope.limits.memoryBytes);
		const words = [callOut ? 1 : 0, ...scope.seed].map((word) => context.newNumber(word));
		const begun = this.call("begin", ...words);
		if (begun.error) return this.thrown(begun.error);
		const module = context.evalCode(source, fileName, { type: "module" });
		if (module.error) return this.thrown(module.error);
		const parameters = call.name === "run" ? [context.newString(call.input)] : [];
		const started = this.call(call.name, module.value, ...parameters);
		if (started.error) return this.thrown(started.error);
		for (;;) {
			const ending = this.advance(started.value);
			if (ending) return ending;
			if (!callOut?.open) return this.stuck();
			await wait(callOut.ready);
			for (const answer of callOut.take()) {
				const [name, text] =
					"text" in answer ? (["answer", answer.text] as const) : (["refuse", answer.refused] as const);
				const answered = this.call(name, context.newNumber(answer.id), context.newString(text));
				if (answered.error) return this.thrown(answered.error);
			}
		}
	}

	/** Runs all that can run now, no further than the end of `promise`: what a script does not wait for is dropped. */
	private advance(promise: QuickJSHandle): Ending | undefined {
		for (;;) {
			const state = this.context.getPromiseState(promise);
			if (state.type === "rejected") return this.thrown(state.error);
			if (state.type === "fulfilled") return { text: this.output(state.value) };
			const { runtime } = this.context;
			if (!runtime.hasPendingJob()) return undefined;
			const jobs = runtime.executePendingJobs(jobsAtOnce);
			if (jobs.error) return this.thrown(jobs.error);
		}
	}

	private get limits(): Required<ScriptLimits> {
		return this.scope!.limits;
	}

	private stuck(): Ending {
		if (this.isFull()) throw outOfMemory();
		return { error: neverSettles };
	}

	/** Where no memory is left for an error, the engine throws null; where none is left for a job, it drops the job. */
	private isFull(): boolean {
		return this.engine.hasUsed(0.75 * this.limits.memoryBytes);
	}

	private output(value: QuickJSHandle): string | undefined {
		const { context, limits } = this;
		if (context.typeof(value) !== "string") return undefined;
		const tooLarge = limitExceeded(`The script returned more than ${limits.maxOutputBytes} bytes of JSON.`);
		// Characters are counted before the text is copied; there are never more of them than of bytes.
		if (context.getNumber(context.getProp(value, "length")) > limits.maxOutputBytes) throw tooLarge;
		const text = context.getString(value);
		if (new TextEncoder().encode(text).length > limits.maxOutputBytes) throw tooLarge;
		return text;
	}

	private call(name: string, ...parameters: QuickJSHandle[]): ReturnType<QuickJSContext["callFunction"]> {
		return this.context.callFunction(this.context.getProp(this.prelude, name), this.context.undefined, ...parameters);
	}

	private thrown(error: QuickJSHandle): Ending {
		this.context.runtime.setMemoryLimit(this.limits.memoryBytes + reserveBytes);
		const described = this.call("describe", error);
		if (described.error) throw outOfMemory();
		const { name, message, stack } = parseDescription(this.context.getString(described.value));
		if (name === "InternalError" && /^(out of memory|string too long)$/.test(message)) throw outOfMemory();
		if (name === "thrown" && message === "null" && this.isFull()) throw outOfMemory();
		if (name === "InternalError" && message === "stack overflow") throw stackOverflow();
		const line = /tool\.js:(\d+)/.exec(stack)?.[1];
		return { error: { name, message, ...(line && { line: Number(line) }) } };
	}
}

const neverSettles: ScriptError = {
	name: "Error",
	message: "The script waits for a promise that nothing is left to settle.",
};

function outOfMemory(): Error {
	return limitExceeded("The script used more memory than it may.");
}

export function stackOverflow(cause?: unknown): Error {
	return limitExceeded("The script nests calls or data too deeply.", cause);
}

/** A script can make its own description say anything. */
function parseDescription(json: string): Record<"name" | "message" | "stack", string> {
	const { name, message, stack } = JSON.parse(json) as Record<string, unknown>;
	return { name: String(name), message: String(message), stack: String(stack) };
}
