/**
 * What comes next in an execution: a function of the graph and of what is recorded, and of nothing else. It evaluates
 * and calls nothing; the same records in the same order always leave the same steps ready. Branches that are not taken
 * are followed to where they meet others, so that what waits for them waits no more.
 */
import { AppError } from "#core/errors";
import type { RunError } from "#run/run";
import type { CompiledGraph, CompiledNode } from "./compiled-graph.ts";
import type { Edge } from "./schema.ts";
import { isInDoubt, isWanted, type Scope, type Step } from "./step.ts";

export interface PlanInput {
	input: unknown;
	variables: Record<string, unknown>;
}

export class Plan {
	readonly root: Scope;
	readonly input: unknown;
	readonly variables: Record<string, unknown>;
	/** Set when nothing is left to do, or can be done. */
	outcome?: { output: unknown } | { error: RunError };
	/** Steps that were done and can be undone, in that order, of the workflow itself and of all rounds. */
	readonly undoable: Step[] = [];
	readonly #steps = new Map<string, Step>();
	readonly #dropped: (step: Step) => void;
	#ready: Step[] = [];

	/** `dropped` hears of the steps of a loop's round that is over. */
	constructor(graph: CompiledGraph, { input, variables }: PlanInput, dropped: (step: Step) => void = () => {}) {
		this.input = input;
		this.variables = { ...variables };
		this.#dropped = dropped;
		this.root = this.#open(graph, { prefix: "", index: 0, input });
	}

	/** The step whose turn has come first, without taking it; undefined where all wait. */
	get ready(): Step | undefined {
		while (this.#ready.length > 0 && !isTurn(this.#ready.at(-1)!)) this.#ready.pop();
		return this.#ready.at(-1);
	}

	find(path: string): Step | undefined {
		return this.#steps.get(path);
	}

	/** Whether somebody waits for the step of this path. */
	isWanted(path: string): boolean {
		const step = this.#steps.get(path);
		return step !== undefined && isWanted(step);
	}

	/** Steps that had begun, loops aside, for which nothing is recorded yet. */
	unfinished(): Step[] {
		return [...this.#steps.values()].filter((step) => step.status === "running" && !step.loop && isWanted(step));
	}

	/** Steps of which it has to be known whether they are done, also those that nobody waits for. */
	inDoubt(): Step[] {
		return [...this.#steps.values()].filter(isInDoubt);
	}

	/** An attempt at the step begins; `items` are a loop's. */
	start(path: string, at: number, items?: unknown[]): void {
		const step = this.#steps.get(path);
		if (!step) return;
		this.#take(step);
		step.status = "running";
		step.attempt++;
		step.isUntold = true;
		step.startedAt ??= at;
		step.attemptedAt = at;
		if (step.compiled.body) this.#startLoop(step, items);
	}

	/** The step waits, without an attempt of its own being under way. */
	wait(path: string, at: number): void {
		const step = this.#steps.get(path);
		if (!step) return;
		this.#take(step);
		step.status = "waiting";
		step.startedAt ??= at;
	}

	/** The step is ready again: another attempt, or what it waited for has come. */
	again(path: string): void {
		const step = this.#steps.get(path);
		if (step) this.#makeReady(step);
	}

	/** The next round of a loop that a condition decides. */
	iterate(path: string): void {
		const step = this.#steps.get(path);
		if (!step?.loop) return;
		this.#take(step);
		step.status = "running";
		this.#openRound(step, step.loop);
	}

	/** `taken`: ids of the edges that are taken, where conditions decide; without it all are. */
	complete(path: string, output: unknown, at: number, taken?: readonly string[]): void {
		const step = this.#steps.get(path);
		if (!step) return;
		const { outgoing, onError } = step.compiled;
		this.#end(step, "completed", at);
		step.output = output;
		if (step.compiled.node.compensation) this.undoable.push(step);
		if (!isWanted(step)) return void this.#steps.delete(path);
		step.scope.values[step.compiled.node.id] = { status: "completed", output };
		const isTaken = (edge: Edge) => taken === undefined || taken.includes(edge.id);
		if (!outgoing.some(isTaken)) this.#branchEnds(step);
		this.#leave(step, (edge) => edge.type === "default" && isTaken(edge), [...outgoing, ...onError]);
	}

	/** The step has failed for good; `mayBeDone`: with `output`, as far as it is known, and has to be undone all the same. */
	fail(path: string, error: RunError, at: number, mayBeDone?: { output: unknown }): void {
		const step = this.#steps.get(path);
		if (!step) return;
		const { outgoing, onError, node } = step.compiled;
		this.#end(step, "failed", at);
		step.error = error;
		if (mayBeDone) {
			step.output = mayBeDone.output;
			this.undoable.push(step);
		}
		if (!isWanted(step)) return void this.#steps.delete(path);
		step.scope.values[node.id] = { status: "failed", output: null, error };
		if (onError.length === 0) return this.#failScope(step.scope, error);
		this.#leave(step, (edge) => edge.type === "error", [...outgoing, ...onError]);
	}

	#open(graph: CompiledGraph, place: Pick<Scope, "prefix" | "loop" | "index" | "input" | "last">): Scope {
		const scope: Scope = {
			...{ ...place, graph, steps: new Map(), values: {}, ends: [] },
			...{ open: graph.nodes.size, isOver: false },
		};
		// The last that is made ready comes first.
		for (let i = graph.first.length - 1; i >= 0; i--) this.#makeReady(this.#stepOf(scope, graph.first[i]!));
		return scope;
	}

	#stepOf(scope: Scope, compiled: CompiledNode): Step {
		const { id } = compiled.node;
		const known = scope.steps.get(id);
		if (known) return known;
		const path = scope.prefix + id;
		const fresh = { arrived: 0, live: [], attempt: 0, failed: 0, broken: 0, calls: 0, isUntold: false };
		const step: Step = { path, compiled, scope, status: "pending", ...fresh };
		scope.steps.set(id, step);
		this.#steps.set(path, step);
		return step;
	}

	#makeReady(step: Step): void {
		step.status = "ready";
		this.#ready.push(step);
	}

	#take(step: Step): void {
		if (this.#ready.at(-1) === step) this.#ready.pop();
		// Elsewhere in the list it is passed over: its status says that its turn is gone.
	}

	#end(step: Step, status: "completed" | "failed", at: number): void {
		this.#take(step);
		step.status = status;
		step.isUntold = false;
		step.startedAt ??= at;
		step.endedAt = at;
	}

	/** Follows the edges of a step that has an outcome, and whatever is skipped because of it. */
	#leave(first: Step, isTaken: (edge: Edge) => boolean, edges: Edge[]): void {
		const { scope } = first;
		const reached: Step[] = [];
		const left: Array<{ id: string; edges: Edge[]; isTaken: (edge: Edge) => boolean }> = [
			{ id: first.compiled.node.id, edges, isTaken },
		];
		scope.open--;
		for (let next = left.pop(); next; next = left.pop()) {
			for (const edge of next.edges) {
				const step = this.#stepOf(scope, scope.graph.nodes.get(edge.target)!);
				step.arrived++;
				// Several edges from one node are walked one after the other.
				if (next.isTaken(edge) && step.live.at(-1) !== next.id) step.live.push(next.id);
				if (step.status !== "pending") continue;
				if (isDue(step)) {
					step.status = "ready";
					reached.push(step);
				} else if (isPassedBy(step)) {
					step.status = "skipped";
					scope.open--;
					const { outgoing, onError, node } = step.compiled;
					left.push({ id: node.id, edges: [...outgoing, ...onError], isTaken: () => false });
				}
			}
		}
		for (let i = reached.length - 1; i >= 0; i--) this.#makeReady(reached[i]!);
		if (scope.open === 0) this.#closeScope(scope);
	}

	#branchEnds({ scope, compiled, output }: Step): void {
		scope.ends.push({ id: compiled.node.id, output, isEnd: compiled.node.type === "end" });
	}

	#closeScope(scope: Scope): void {
		const output = outputOf(scope);
		if (!scope.loop) this.outcome = { output };
		else this.#closeRound(scope, scope.loop, output);
	}

	#failScope(scope: Scope, error: RunError): void {
		scope.isOver = true;
		const { loop } = scope;
		if (!loop) {
			this.outcome = { error };
			return;
		}
		const { config } = loop.compiled.node as { config: { continueOnError: boolean } };
		if (config.continueOnError) return this.#closeRound(scope, loop, null);
		for (const round of loop.loop!.open) {
			round.isOver = true;
			this.#forget(round);
		}
		loop.loop!.open.clear();
		loop.loop!.error = error;
		this.#makeReady(loop);
	}

	#startLoop(step: Step, items: unknown[] | undefined): void {
		const loop = { items, next: 0, open: new Set<Scope>(), results: [], last: null };
		step.loop = loop;
		this.#openRounds(step, loop);
	}

	/** As many as there may be at once; with none left, the loop itself is ready, to end or to ask its condition. */
	#openRounds(step: Step, loop: NonNullable<Step["loop"]>): void {
		const { concurrency } = (step.compiled.node as { config: { concurrency: number } }).config;
		while (loop.items && loop.next < loop.items.length && loop.open.size < concurrency) this.#openRound(step, loop);
		if (loop.open.size === 0) this.#makeReady(step);
	}

	#openRound(step: Step, loop: NonNullable<Step["loop"]>): void {
		const index = loop.next++;
		const input = loop.items ? loop.items[index] : loop.last;
		const place = { prefix: `${step.path}[${index}]/`, loop: step, index, input, last: loop.last };
		loop.open.add(this.#open(step.compiled.body!, place));
	}

	#closeRound(scope: Scope, step: Step, output: unknown): void {
		const loop = step.loop!;
		scope.isOver = true;
		loop.open.delete(scope);
		loop.results[scope.index] = output;
		loop.last = output;
		this.#forget(scope);
		this.#openRounds(step, loop);
	}

	#forget(scope: Scope): void {
		for (const step of scope.steps.values()) {
			for (const inner of step.loop?.open ?? []) this.#forget(inner);
			if (isInDoubt(step)) continue;
			this.#steps.delete(step.path);
			this.#dropped(step);
		}
	}
}

/** The step may begin, or a loop go on, and nobody has given it up. */
function isTurn(step: Step): boolean {
	return step.status === "ready" && isWanted(step);
}

/** Enough has come for the step to begin. */
function isDue({ compiled: { node, incoming }, arrived, live }: Step): boolean {
	if (node.type !== "merge" || node.config.mode === "all") return arrived === incoming.length && live.length > 0;
	const needed = node.config.mode === "any" ? 1 : (node.config.count ?? 1);
	// Too few can come any more: its turn is to fail.
	return live.length >= needed || (arrived === incoming.length && live.length > 0);
}

function isPassedBy({ compiled: { incoming }, arrived, live }: Step): boolean {
	return arrived === incoming.length && live.length === 0;
}

/** Of the end nodes that were reached, or else of the branches that ended; several by id. */
function outputOf({ ends }: Scope): unknown {
	const reached = ends.some(({ isEnd }) => isEnd) ? ends.filter(({ isEnd }) => isEnd) : ends;
	if (reached.length === 1) return reached[0]!.output;
	return Object.fromEntries(reached.map(({ id, output }) => [id, output]));
}

/** Throws where fewer branches came than a merge needs. */
export function checkMerge({ compiled: { node }, live }: Step): void {
	if (node.type !== "merge" || node.config.mode !== "n_of") return;
	const { count = 1 } = node.config;
	if (live.length < count) throw new AppError("conflict", `Only ${live.length} of ${count} branches arrived.`);
}
