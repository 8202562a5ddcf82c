/** Executions without an object around them: a log in memory, and effects that tests decide. */
import { Span } from "#core/telemetry";
import { AppError } from "#core/errors";
import type { NewEvent } from "#run/run-log";
import type { RunChange } from "#run/run-rows";
import { compileGraph } from "./compiled-graph.ts";
import type { StepEffects } from "./call-step.ts";
import { Execution } from "./execution.ts";
import { Progress } from "./progress.ts";
import { recordsBefore } from "./records-before.ts";
import { Definition } from "./schema.ts";
import type { WorkflowRun } from "./workflow-run.ts";

export interface TestLog {
	run: WorkflowRun;
	definition: Definition;
	events: NewEvent[];
	/** Set when it has ended. */
	change?: RunChange;
}

const caller = { userId: "usr_1", role: "user" as const, requestId: "req_1", traceparent: "" };
const silent = { service: "test", record: () => {} };

export function newLog(definition: object, input: Record<string, unknown> = {}): TestLog {
	const pinned = Definition.parse(definition);
	const counters = { lastSeq: 0, trimmedSeq: 0, revision: 1, attempts: 0 };
	const asked = { definitionId: "", options: pinned.options, input };
	const run = { id: "run_1", caller, status: "running" as const, input: asked, ...counters };
	return { run: { ...run, startedAt: Date.now() }, definition: pinned, events: [] };
}

/** As the object would make it from the log. `crashed` stands between every record and its commit. */
export function executionFrom(
	log: TestLog,
	effects: Partial<StepEffects>,
	isCrashed: () => boolean = () => false,
): Execution {
	const { run, definition } = log;
	const progress = new Progress(compileGraph(definition), { input: run.input.input, variables: definition.variables });
	for (const event of log.events) progress.apply(event, Date.now());
	return new Execution(log.run, progress, {
		effects: { ...noEffects, ...effects },
		record(events, change) {
			if (isCrashed()) throw new Crash();
			if (log.change) throw new AppError("cancelled", "The run has already ended.");
			// As JSON has them.
			log.events.push(...JSON.parse(JSON.stringify(events)));
			if (change) log.change = JSON.parse(JSON.stringify(change));
		},
		background: () => {},
		lost: () => {},
	});
}

export class Crash extends Error {}

/** Goes on from the log as an execution that is tried again does. */
export function goneOn(log: TestLog, node?: string): TestLog {
	const again = newLog({ ...log.definition });
	again.run.id = "run_2";
	const events = log.events.map(({ type, data = {} }, i) => ({ runId: "run_1", seq: i + 1, type, data, at: "" }));
	again.events.push(...recordsBefore(compileGraph(log.definition), events, node));
	return again;
}

/** To the end, or to where it waits. */
export async function drive(log: TestLog, effects: Partial<StepEffects> = {}): Promise<Execution> {
	const execution = executionFrom(log, effects);
	await execution.drive(new AbortController().signal, new Span(silent, "test"));
	return execution;
}

/** The same, by what the definition alone says. */
export async function outcomeOf(
	definition: object,
	input: Record<string, unknown> = {},
	effects: Partial<StepEffects> = {},
) {
	const log = newLog(definition, input);
	await drive(log, effects);
	return { ...log.change, log };
}

export function newSpan(): Span {
	return new Span(silent, "test");
}

const refuse = () => Promise.reject(new AppError("not_found", "There is no such thing in this test."));

const noEffects: StepEffects = {
	tools: { describe: async () => [], call: refuse },
	agents: { describe: async () => [], run: refuse, settled: refuse, decide: refuse, cancel: async () => {} },
	children: { newId: async () => "run_child", start: refuse, settled: refuse, cancel: async () => {} },
	fetch: refuse,
};
