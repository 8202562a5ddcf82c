/** Random graphs, run through random crashes: the same result and the same effects as without any. */
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import type { Caller } from "#core/caller";
import { AppError } from "#core/errors";
import { Crash, executionFrom, newLog, newSpan, type TestLog } from "./execution.fixture.ts";

const maxCrashes = 12;

/** What the tools have done, by key: whatever is asked twice is done once. */
class World {
	readonly effects = new Map<string, unknown>();
	readonly attempts = new Map<string, number>();
	crashIn = Number.POSITIVE_INFINITY;
	calls = 0;
	/** Hears of each call before it is made. */
	called = () => {};

	isCrashed(): boolean {
		return --this.crashIn < 0;
	}

	readonly tools = {
		describe: async () => [],
		call: async ({ idempotencyKey = "" }: Caller, toolId: string, input: unknown) => {
			this.calls++;
			this.called();
			if (this.isCrashed()) throw new Crash();
			const attempt = (this.attempts.get(idempotencyKey) ?? 0) + 1;
			this.attempts.set(idempotencyKey, attempt);
			if (toolId === "fails") throw new AppError("invalid_input", "It fails.");
			if (!this.effects.has(idempotencyKey)) this.effects.set(idempotencyKey, { done: input });
			// Made, but not told.
			if (this.isCrashed()) throw new Crash();
			return { value: this.effects.get(idempotencyKey) };
		},
	};
}

/** To the end, from the log after each crash. */
async function runThrough(log: TestLog, world: World, crashes: number[], cancelAt = Infinity): Promise<number> {
	for (let crashed = 0; ; crashed++) {
		world.crashIn = crashes[crashed] ?? Number.POSITIVE_INFINITY;
		let isDead = false;
		const execution = executionFrom(log, { tools: world.tools }, () => (isDead ||= world.isCrashed()));
		world.called = () => {
			if (world.calls >= cancelAt && !log.change && !isDead) execution.end({ status: "cancelled" });
		};
		try {
			await Promise.race([execution.drive(new AbortController().signal, newSpan()), whenDead(() => world.crashIn < 0)]);
			if (!log.change && world.crashIn >= 0) throw new Error(`It is stuck: ${JSON.stringify(log.events)}`);
		} catch (error) {
			if (!(error instanceof Crash)) throw error;
		}
		// Nobody goes on with what has ended, though it be dead.
		if (log.change) return crashed;
		isDead = true;
		if (crashed > maxCrashes) throw new Error("There were more crashes than asked for.");
	}
}

/** Rejects once the process would be gone. */
async function whenDead(isDead: () => boolean): Promise<never> {
	while (!isDead()) await scheduler.wait(1);
	throw new Crash();
}

const kinds = fc.constantFrom(
	"tool",
	"tool",
	"tool",
	"value",
	"condition",
	"merge-any",
	"merge",
	"fails",
	"loop",
	"nested",
);

/** Nodes in an order in which every edge goes forward. */
const graphs = fc
	.array(fc.tuple(kinds, fc.array(fc.nat({ max: 30 }), { maxLength: 3 }), fc.boolean()), {
		minLength: 1,
		maxLength: 12,
	})
	.map((parts) => {
		const nodes = parts.map(([kind], i) => nodeOf(kind, i));
		const edges = parts.flatMap(([, sources, isTrue], target) => {
			if (target === 0) return [];
			return [...new Set(sources.map((source) => source % target))].map((source) => {
				const isCondition = parts[source]![0] === "condition";
				const isError = parts[source]![0] === "fails";
				return {
					...{ id: `e${source}-${target}`, source: `n${source}`, target: `n${target}` },
					...(isCondition && { condition: String(isTrue) }),
					...(isError && { type: "error" }),
				};
			});
		});
		return { nodes, edges };
	});

function nodeOf(kind: string, i: number) {
	const id = `n${i}`;
	const call = (name: string, more: object = {}) => ({
		...{ id: name, type: "tool", config: { toolId: "does", parameters: { name, ...more } } },
		compensation: { toolId: "undoes", parameters: { name } },
	});
	switch (kind) {
		case "tool":
			return { ...call(id), assign: { [`v${i}`]: "{{ output.done.name }}" } };
		case "fails":
			return { id, type: "tool", config: { toolId: "fails" } };
		case "condition":
			return { id, type: "condition", config: { condition: `${i} % 2 == 0` } };
		case "merge":
			return { id, type: "merge", config: {} };
		case "merge-any":
			return { id, type: "merge", config: { mode: "any" } };
		case "loop": {
			const body = { nodes: [call("in", { item: "{{ item }}" })] };
			return { id, type: "loop", config: { items: [1, 2, 3], concurrency: 2, body } };
		}
		case "nested": {
			const inner = { id: "inner", type: "loop", config: { while: "index < 2", body: { nodes: [call("deep")] } } };
			return { id, type: "loop", config: { items: ["a", "b"], continueOnError: true, body: { nodes: [inner] } } };
		}
		default:
			return { id, type: "transform", config: { value: i } };
	}
}

test(
	"an execution that crashes again and again does what one does that never crashes",
	{ timeout: 60_000 },
	async () => {
		vi.spyOn(console, "error").mockReturnValue();
		const crashPoints = fc.array(fc.nat({ max: 14 }), { maxLength: maxCrashes });
		await fc.assert(
			fc.asyncProperty(graphs, crashPoints, async (definition, crashes) => {
				const [smooth, rough] = [newLog(definition), newLog(definition)];
				const [calm, stormy] = [new World(), new World()];
				await runThrough(smooth, calm, []);
				const crashed = await runThrough(rough, stormy, crashes);
				expect(resultOf(rough)).toEqual(resultOf(smooth));
				if (!hasFailed(smooth)) expect(sorted(stormy.effects)).toEqual(sorted(calm.effects));
				for (const attempts of stormy.attempts.values()) expect(attempts).toBeLessThanOrEqual(1 + crashed);
				expect(doneTwice(rough)).toEqual([]);
			}),
			{ numRuns: 100 },
		);
	},
);

/** Of one that fails, which branches were still at work when it did is a matter of time. */
function hasFailed({ change }: TestLog): boolean {
	return change?.status === "failed";
}

function resultOf(log: TestLog) {
	const { status, error, result } = log.change!;
	if (hasFailed(log)) return { status, code: error?.code };
	const { output, variables, nodeStates } = result as {
		output: unknown;
		variables: unknown;
		nodeStates: Record<string, object>;
	};
	// Which branch comes first to a merge that waits for any, is a matter of time.
	const isRace = log.definition.nodes.some(({ type, config }) => type === "merge" && config.mode === "any");
	const states = Object.entries(nodeStates).map(([id, state]) => [
		id,
		isRace ? (state as { status: string }).status : { ...state, executionTime: 0, retryCount: 0 },
	]);
	return { status, ...(!isRace && { output }), variables, states };
}

function sorted(effects: Map<string, unknown>) {
	return [...effects].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function doneTwice({ events }: TestLog): unknown[] {
	const done = events.filter(({ type }) => type === "node.completed").map(({ data }) => data!["node"]);
	return done.filter((node, index) => done.indexOf(node) !== index);
}

test(
	"an execution that is cancelled at any moment, and crashes, leaves nothing done that can be undone",
	{ timeout: 60_000 },
	async () => {
		vi.spyOn(console, "error").mockReturnValue();
		const crashPoints = fc.array(fc.nat({ max: 14 }), { maxLength: maxCrashes });
		await fc.assert(
			fc.asyncProperty(graphs, crashPoints, fc.nat({ max: 20 }), async (definition, crashes, cancelAt) => {
				const [log, world] = [newLog(definition), new World()];
				await runThrough(log, world, crashes, cancelAt);
				const done = [...world.effects.keys()].filter((key) => !key.includes("#undo"));
				const undone = [...world.effects.keys()].filter((key) => key.includes("#undo"));
				const isOver = log.change!.status !== "completed";
				expect(undone.map((key) => key.replace("#undo", "")).toSorted()).toEqual(isOver ? done.toSorted() : []);
			}),
			{ numRuns: 100 },
		);
	},
);
