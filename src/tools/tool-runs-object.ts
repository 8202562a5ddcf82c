/**
 * Tool calls that are kept, to those who make them: they are begun, allowed, made again and watched here. What was
 * accepted is made, also after a crash. Each owner has a few such objects. What the calls do is `KeptCalls`.
 */
import type { Caller } from "#core/caller";
import { AppError } from "#core/errors";
import { callerOfUpgrade } from "#run/upgrade-request";
import { checkDecision, type DecideApproval } from "#run/decide-approval";
import { approvalRequired, newApproval } from "./call-approvals.ts";
import { KeptCalls } from "./kept-calls.ts";
import { isDeadLetter } from "./retry-policy.ts";
import type { ToolRun, ToolRunInput } from "./tool-run.ts";

/** Of one object, of which an owner has a few: what is open is in memory. */
const maxOpenCalls = 2_000;
const maxOpenCharacters = 8_000_000;

export class ToolRuns extends KeptCalls {
	/**
	 * Records the call; a second time with the same id changes nothing. With `askedHash`, the `argumentsHash` of the
	 * call, it waits until a person allows it. Throws `limit_exceeded` where too much is open already.
	 */
	async start(caller: Caller, id: string, input: ToolRunInput, askedHash?: string): Promise<ToolRun> {
		const refuse = () => this.#fullness();
		const queued = { type: "run.queued", data: { toolId: input.toolId } };
		if (askedHash === undefined) this.begin({ id, caller, status: "queued", input }, [queued], { refuse });
		else {
			const approval = newApproval(askedHash);
			const events = [queued, approvalRequired(input, approval)];
			const alongside = () => this.approvals.ask(id, approval);
			this.begin({ id, caller, status: "input_required", input }, events, { refuse, alongside });
		}
		return this.readable(caller, id);
	}

	/** `start` and `settled` in one call. */
	async startAndSettle(
		caller: Caller,
		id: string,
		input: ToolRunInput,
		ms: number,
		askedHash?: string,
	): Promise<ToolRun> {
		await this.start(caller, id, input, askedHash);
		return await this.settled(caller, id, ms);
	}

	/**
	 * Decides what the call waits for, once. `hash` is what the call's would be now: where the tool has changed since it was
	 * shown, the call waits anew. Throws `not_found`, and `conflict` for what was decided or altered.
	 */
	async decide(
		caller: Caller,
		id: string,
		approvalId: string,
		decided: DecideApproval,
		hash?: string,
	): Promise<ToolRun> {
		const run = this.readable(caller, id);
		const approval = this.approvals.ofRun(id);
		if (approval?.id !== approvalId) throw new AppError("not_found", "There is no such approval.");
		checkDecision(run, approval, decided);
		const { decision, reason } = decided;
		if (hash !== undefined && hash !== approval.argumentsHash) {
			this.askAgain(run, hash);
			throw new AppError("conflict", "The tool has changed since the call was shown; it waits for a new decision.");
		}
		const data = { approvalId, toolId: run.input.toolId, by: caller.userId, ...(reason && { reason }) };
		if (decision === "approve") this.#allow(id, data);
		else this.#deny(id, data, reason);
		return this.readable(caller, id);
	}

	/**
	 * Makes the call of a dead letter again, as the execution `newId` and under the key that it had. Throws `conflict`
	 * for what is no dead letter, or is tried again by another execution.
	 */
	async retry(caller: Caller, id: string, newId: string): Promise<ToolRun> {
		const dead = this.readable(caller, id);
		if (dead.retriedBy === newId) return this.readable(caller, newId);
		if (dead.retriedBy) throw new AppError("conflict", `It is tried again already, as ${dead.retriedBy}.`);
		if (!isDeadLetter(dead)) throw new AppError("conflict", "Only a dead letter is tried again.");
		// Whoever tries again has not been asked: what was allowed is not allowed twice.
		const { approvedHash: _, ...asked } = dead.input;
		const input = { ...asked, retryOf: id, callKey: dead.input.callKey ?? id };
		const { userId, requestId, traceparent } = caller;
		const owner = userId === dead.caller.userId ? caller : { ...dead.caller, requestId, traceparent };
		const queued = { type: "run.queued", data: { toolId: input.toolId, retryOf: id } };
		const alongside = () => this.redrives.add(id, newId);
		this.begin({ id: newId, caller: owner, status: "queued", input }, [queued], { alongside });
		return this.readable(caller, newId);
	}

	override async fetch(request: Request): Promise<Response> {
		return this.acceptRunSocket(callerOfUpgrade(request), request);
	}

	#fullness(): AppError | undefined {
		const { runs, characters } = this.log.load();
		if (runs < maxOpenCalls && characters < maxOpenCharacters) return undefined;
		return new AppError("limit_exceeded", "Too many of your calls have not ended; wait for some, or cancel them.");
	}

	#allow(id: string, data: Record<string, unknown>): void {
		const change = { status: "queued" as const, attempts: 0 };
		this.record(id, [{ type: "approval.granted", data }], change, () => this.approvals.decide(id, "approve"));
		this.drive();
	}

	#deny(id: string, data: Record<string, unknown>, reason = "The call was not allowed."): void {
		const error = { code: "approval_denied" as const, message: reason };
		const events = [
			{ type: "approval.denied", data },
			{ type: "run.failed", data: { ...error } },
		];
		this.record(id, events, { status: "failed", error }, () => this.approvals.decide(id, "deny"));
	}
}
