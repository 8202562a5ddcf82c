/** Asks somebody else for what a step needs: an agent, a tool, a server, another workflow, a person. */
import type { AgentsClient, AgentTurnOutcome } from "#agents/client";
import type { Caller } from "#core/caller";
import { argumentsHash } from "#core/arguments-hash";
import { isoTime } from "#core/clock";
import { sha256 } from "#core/crypto";
import { AppError, asAppError } from "#core/errors";
import { newId } from "#core/ids";
import type { ToolsClient } from "#tools/client";
import type { Approval } from "./execution-schema.ts";
import { transform } from "./expressions/transform.ts";
import type { Waiting } from "./progress.ts";
import { dayMs } from "./node-schema.ts";
import { sendHttp } from "./send-http.ts";
import type { AgentRequest, HttpRequest, StepRequest, SubWorkflowRequest, ToolRequest } from "./step-request.ts";
import type { StepStop } from "./step-stop.ts";

/** What became of an execution, to the one whose step it is. */
export interface ChildState {
	/** `running` also where it waits for its time. */
	status: "running" | "input_required" | "completed";
	output?: unknown;
	approvals: Approval[];
}

export interface ChildWorkflows {
	/** The id of an execution to be. */
	newId(): Promise<string>;
	/** Begins it, where it has not begun. Throws where the workflow cannot run. */
	start(caller: Caller, id: string, request: SubWorkflowRequest, node: string): Promise<void>;
	/** Throws what it failed with. */
	settled(caller: Caller, id: string, waitMs: number): Promise<ChildState>;
	cancel(caller: Caller, id: string): Promise<void>;
}

export interface StepEffects {
	tools: ToolsClient;
	agents: AgentsClient;
	children: ChildWorkflows;
	/** Calls what the deployment allows. */
	fetch: typeof fetch;
}

export interface AskedStep {
	/** The path of the step. */
	node: string;
	request: StepRequest;
	/** With the idempotency key of the step. */
	caller: Caller;
	/** The run elsewhere, where one is known. */
	executionId: string | undefined;
	/** `argumentsHash` of the call of a tool that a person has allowed. */
	approvedHash: string | undefined;
}

export interface StepWatch {
	/** Of whoever waits for the step. */
	stop: StepStop;
	/** Records the run elsewhere. */
	called(executionId: string): void;
}

export type StepOutcome = { output: unknown } | { waiting: Waiting };

/** How long one call waits for a run elsewhere. */
const waitMs = 90_000;
/** Whoever takes longer is on record: he can be watched, and stopped. */
const firstWaitMs = 1_000;
/** How long an execution stays in memory for one that it contains. */
const childWaitMs = 20_000;
/** How long a person may take to allow a call. */
const allowWithinMs = 7 * dayMs;
/** How soon a run elsewhere is asked again that waits for a person, or for its time. */
export const askAgainMs = 60_000;

/** Throws what the step failed with: an AppError, or anything where the call itself broke. */
export async function callStep(effects: StepEffects, asked: AskedStep, watch: StepWatch): Promise<StepOutcome> {
	const { request, caller } = asked;
	switch (request.type) {
		case "tool":
			return await callTool(effects.tools, request, asked);
		case "transform":
			return { output: await transform(request.expression, request.value) };
		case "http":
			if (caller.role === "viewer" && !isSafe(request)) {
				throw new AppError("forbidden", "A viewer sends no requests that may change something.");
			}
			return {
				output: await sendHttp(effects.fetch, request, caller.idempotencyKey ?? newId("key"), watch.stop.signal),
			};
		case "approval":
			return { waiting: await askPerson(asked.node, request) };
		case "agent":
			return await callAgent(effects.agents, request, asked, watch);
		case "sub_workflow":
			return await callWorkflow(effects.children, request, asked, watch);
	}
}

/** Ends what works elsewhere for a step whose result nobody wants any more. */
export async function abandonStep({ agents, children }: StepEffects, asked: AskedStep): Promise<void> {
	const { request, caller, executionId } = asked;
	if (request.type === "sub_workflow") {
		if (executionId) await children.cancel(caller, executionId);
	} else if (request.type === "agent") {
		// The same key names the same run, also where its id was not told yet.
		const id = executionId ?? (await agents.run(caller, request.agentId, turnOf(request), { waitMs: 0 })).executionId;
		await agents.cancel(caller, id);
	}
}

/** RFC 9110 §9.2.1. */
function isSafe({ method }: HttpRequest): boolean {
	return method === "GET" || method === "HEAD";
}

async function callTool(
	tools: ToolsClient,
	{ toolId, parameters }: ToolRequest,
	{ caller, node, approvedHash }: AskedStep,
): Promise<StepOutcome> {
	try {
		const { value } = await tools.call(caller, toolId, parameters, approvedHash ? { approvedHash } : undefined);
		return { output: value };
	} catch (error) {
		if (asAppError(error)?.code !== "approval_required") throw error;
		const [tool] = await tools.describe(caller, [toolId]);
		const hash = tool && (await argumentsHash(tool, parameters));
		// Nobody is asked twice for the same.
		if (!tool || hash === approvedHash) throw error;
		const dueAt = Date.now() + allowWithinMs;
		const data = { toolId, arguments: parameters } as Approval["data"];
		const asked = { id: newId("apr"), node, title: `Call ${tool.name}`, data, argumentsHash: hash };
		return { waiting: { for: "approval", approval: { ...asked, dueAt: isoTime(dueAt) }, dueAt, allows: "call" } };
	}
}

async function askPerson(
	node: string,
	{ title, data, timeoutMs }: StepRequest & { type: "approval" },
): Promise<Waiting> {
	const dueAt = Date.now() + timeoutMs;
	const hash = await sha256(JSON.stringify([title, data ?? null]));
	const approval = { id: newId("apr"), node, title, argumentsHash: hash, dueAt: isoTime(dueAt) };
	return {
		for: "approval",
		approval: { ...approval, ...(data !== undefined && { data: data as Approval["data"] }) },
		dueAt,
	};
}

async function callAgent(
	agents: AgentsClient,
	request: AgentRequest,
	{ caller, node, executionId: known }: AskedStep,
	{ stop, called }: StepWatch,
): Promise<StepOutcome> {
	let executionId = known;
	for (;;) {
		const outcome = executionId
			? await agents.settled(caller, executionId, { waitMs })
			: await agents.run(caller, request.agentId, turnOf(request), { waitMs: firstWaitMs });
		if (outcome.status === "input_required" && outcome.approvals && outcome.approvals.length > 0) {
			const { executionId } = outcome;
			return {
				waiting: { for: "agent", executionId, approvals: approvalsOf(node, outcome), dueAt: Date.now() + askAgainMs },
			};
		}
		if (outcome.status !== "running") return { output: answerOf(outcome) };
		stop.throwIfStopped();
		if (!executionId) called(outcome.executionId);
		executionId = outcome.executionId;
	}
}

function turnOf({ message, sessionId, parameters }: AgentRequest) {
	return { message, ...(sessionId && { sessionId }), ...(parameters && { parameters }) };
}

function answerOf({ executionId, sessionId, response, toolCalls, citations, usage }: AgentTurnOutcome) {
	return { response: response ?? null, executionId, sessionId, toolCalls, citations, usage };
}

function approvalsOf(node: string, { approvals = [] }: AgentTurnOutcome): Approval[] {
	return approvals.map(({ id, toolId, arguments: given, argumentsHash }) => ({
		...{ id, node, title: `Call ${toolId}`, argumentsHash },
		data: { toolId, arguments: given } as Approval["data"],
	}));
}

async function callWorkflow(
	children: ChildWorkflows,
	request: SubWorkflowRequest,
	{ caller, node, executionId: known }: AskedStep,
	{ stop, called }: StepWatch,
): Promise<StepOutcome> {
	const executionId = known ?? (await children.newId());
	if (!known) {
		stop.throwIfStopped();
		called(executionId);
	}
	await children.start(caller, executionId, request, node);
	const { status, output, approvals } = await children.settled(caller, executionId, childWaitMs);
	if (status === "completed") return { output: output ?? null };
	return { waiting: { for: "workflow", executionId, approvals, dueAt: Date.now() + askAgainMs } };
}

/** For what a step that was cut off says of it. */
export function stepTimeout(timeoutMs: number): AppError {
	return new AppError("limit_exceeded", `The step did not finish within ${timeoutMs} ms.`);
}
