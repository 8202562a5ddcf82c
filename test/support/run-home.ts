/** A fresh home for runs in a test, and what a test does with them. */
import { env } from "cloudflare:workers";
import type { Caller } from "#core/caller";
import { newToken } from "#core/ids";
import { newRunId } from "#run/run-id";
import type { RunEvent, RunStatus } from "#run/run";
import type { TestRuns, TestStep } from "./run-worker.ts";
import { sseEvents } from "./sse-events.ts";

export const ada: Caller = { userId: "usr_ada", role: "user", requestId: "req_1", traceparent: "", credentialId: "c1" };
export const bob: Caller = { ...ada, userId: "usr_bob", credentialId: "c2" };

/** What tests call of the object; its runs are of any shape, which RPC types cannot follow. */
type RunsStub = DurableObjectStub &
	Pick<
		TestRuns,
		| "prepare"
		| "start"
		| "answer"
		| "release"
		| "effects"
		| "events"
		| "across"
		| "fail"
		| "forget"
		| "expire"
		| "find"
		| "settled"
		| "stream"
		| "cancel"
		| "closeSockets"
	>;

export interface RunHome {
	/** A new stub each time: one that has seen a crash stays broken. */
	readonly stub: RunsStub;
	start(steps: TestStep[], options?: { lane?: string; deadlineAt?: number; caller?: Caller }): Promise<string>;
	/** Reads the run's stream until an event of this type, and leaves. */
	reach(runId: string, type: string): Promise<RunEvent>;
	/** The whole log, once the run is settled. */
	finish(runId: string): Promise<{ status: RunStatus; events: RunEvent[] }>;
	socket(runId: string, after?: number, caller?: Caller): Promise<TestSocket>;
}

export interface TestSocket {
	frames: RunEvent[];
	/** Resolves with the frame of this type, seen already or to come. */
	seen(type: string): Promise<RunEvent>;
	closed: Promise<{ code: number }>;
	close(): void;
}

export function newRunHome(): RunHome {
	const name = newToken();
	return {
		get stub() {
			return env.RUNS.getByName(name) as unknown as RunsStub;
		},
		async start(steps, { lane, deadlineAt, caller = ada } = {}) {
			const id = newRunId(name);
			await this.stub.start(caller, id, { steps, lane }, deadlineAt);
			return id;
		},
		async reach(runId, type) {
			for await (const { event, data } of sseEvents(await this.stub.stream(ada, runId, 0))) {
				if (event === type) return data;
			}
			throw new Error(`The run ended without ${type}.`);
		},
		async finish(runId) {
			const { status } = await this.stub.settled(ada, runId, 10_000);
			return { status, events: await this.stub.events(runId) };
		},
		async socket(runId, after = 0, caller = ada) {
			const url = `https://run/?${new URLSearchParams({ run: runId, after: String(after) }).toString()}`;
			const headers = { upgrade: "websocket", "x-caller": JSON.stringify(caller) };
			const { webSocket } = await this.stub.fetch(url, { headers });
			return watch(webSocket!);
		},
	};
}

function watch(webSocket: WebSocket): TestSocket {
	const frames: RunEvent[] = [];
	const waiting = new Set<() => void>();
	webSocket.accept();
	webSocket.addEventListener("message", ({ data }) => {
		frames.push(JSON.parse(data as string));
		for (const wake of waiting) wake();
	});
	const closed = new Promise<{ code: number }>((resolve) =>
		webSocket.addEventListener("close", ({ code }) => resolve({ code })),
	);
	return {
		frames,
		closed,
		close: () => webSocket.close(1000),
		async seen(type) {
			for (;;) {
				const frame = frames.find((frame) => frame.type === type);
				if (frame) return frame;
				await new Promise<void>((resolve) => waiting.add(resolve));
			}
		},
	};
}

/** Sequence numbers from 1 without a gap or repeat. */
export function isGapless(events: Array<{ seq: number }>): boolean {
	return events.every(({ seq }, i) => seq === i + 1);
}
