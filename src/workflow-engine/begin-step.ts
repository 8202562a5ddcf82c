/** What a step whose turn has come does first: it is done at once, waits, or asks somebody. */
import { AppError } from "#core/errors";
import type { NewEvent } from "#run/run-log";
import { checkLength, completeStep } from "./complete-step.ts";
import { type ExpressionScope, expressionScope } from "./expression-scope.ts";
import { evaluate, holds } from "./expressions/expression.ts";
import { fill } from "./expressions/template.ts";
import { maxItemsLength, maxOutputLength } from "./limits.ts";
import { mergeOutputs } from "./merge-outputs.ts";
import { dayMs, maxIterations, maxWaitDays } from "./node-schema.ts";
import { checkMerge } from "./plan.ts";
import type { Progress, Waiting } from "./progress.ts";
import type { NodeOf } from "./schema.ts";
import { incomingOf, type Loop, type Step } from "./step.ts";
import { isCall, type StepRequest, stepRequest } from "./step-request.ts";

export interface Begun {
	events: NewEvent[];
	/** Asked once the events are recorded. */
	request?: StepRequest;
}

/** Throws what the step fails with. */
export function beginStep(progress: Progress, step: Step): Begun {
	const { node } = step.compiled;
	if (node.type === "loop") return { events: [goOnWithLoop(progress, step, node)] };
	const scope = expressionScope(progress, step);
	if (node.type === "wait") return { events: beginWait(progress, step, node, scope) };
	const request = (step.input as StepRequest | undefined) ?? stepRequest(step, scope);
	if (!request) return { events: [completeStep(progress, step, outputOf(step, scope))] };
	if (step.input === undefined && request.type !== "transform") checkLength(request, maxOutputLength, "request");
	if (!isCall(request)) return { events: [], request };
	const attempt = step.attempt + 1;
	const data = { node: step.path, type: node.type, attempt, ...(step.input === undefined && { input: request }) };
	return { events: [{ type: "node.started", data }], request };
}

function outputOf(step: Step, scope: ExpressionScope): unknown {
	const { node } = step.compiled;
	switch (node.type) {
		case "condition":
			return evaluate(node.config.condition, scope);
		case "merge":
			checkMerge(step);
			return mergeOutputs(step, node.config.reducer);
		case "transform":
			return fill(node.config.value ?? null, scope);
		case "end":
			return node.config.output === undefined ? incomingOf(step) : fill(node.config.output, scope);
		default:
			return incomingOf(step);
	}
}

function beginWait(progress: Progress, step: Step, { config }: NodeOf<"wait">, scope: ExpressionScope): NewEvent[] {
	const waiting = waitOf(config, scope);
	const name = waiting.for === "event" ? waiting.event : undefined;
	const sent = name === undefined ? undefined : progress.inbox.find((event) => event.name === name);
	if (!sent) return [waitingEvent(step, waiting)];
	return [{ type: "event.taken", data: { name, node: step.path } }, completeStep(progress, step, sent.data)];
}

function waitOf({ duration, until, event, timeout }: NodeOf<"wait">["config"], scope: ExpressionScope): Waiting {
	const now = Date.now();
	if (event !== undefined) {
		const name = String(fill(event, scope));
		return { for: "event", event: name, ...(timeout !== undefined && { dueAt: now + timeout }) };
	}
	const dueAt = until === undefined ? now + Number(fill(duration, scope)) : Date.parse(String(fill(until, scope)));
	if (!Number.isFinite(dueAt)) throw new AppError("invalid_input", "The node waits for what is no time.");
	if (dueAt > now + maxWaitDays * dayMs)
		throw new AppError("invalid_input", `No node waits longer than ${maxWaitDays} days.`);
	return { for: "time", dueAt };
}

export function waitingEvent({ path, compiled }: Step, waiting: Waiting): NewEvent {
	return { type: "node.waiting", data: { node: path, type: compiled.node.type, waiting } };
}

function goOnWithLoop(progress: Progress, step: Step, { config }: NodeOf<"loop">): NewEvent {
	const { loop, path } = step;
	if (!loop) {
		const items =
			config.items === undefined ? undefined : itemsOf(fill(config.items, expressionScope(progress, step)), config);
		return { type: "node.started", data: { node: path, type: "loop", attempt: 1, ...(items && { items }) } };
	}
	if (loop.error) throw new AppError(loop.error.code, loop.error.message);
	if (loop.items === undefined && goesOn(progress, step, loop, config)) {
		return { type: "loop.iterated", data: { node: path, index: loop.next } };
	}
	return completeStep(progress, step, loop.results);
}

function goesOn(progress: Progress, step: Step, { next, last }: Loop, config: NodeOf<"loop">["config"]): boolean {
	if (!holds(config.while ?? "false", expressionScope(progress, step, { index: next, last: last ?? null })))
		return false;
	if (next < config.maxIterations) return true;
	throw new AppError("limit_exceeded", `The loop did not end within ${config.maxIterations} rounds.`);
}

function itemsOf(items: unknown, config: NodeOf<"loop">["config"]): unknown[] {
	if (!Array.isArray(items)) throw new AppError("invalid_input", "The items of a loop have to be a list.");
	checkLength(items, maxItemsLength, "list of items");
	const most = Math.min(config.maxIterations, maxIterations);
	if (items.length <= most) return items;
	throw new AppError("limit_exceeded", `The loop has ${items.length} items; at most ${most} are allowed.`);
}
