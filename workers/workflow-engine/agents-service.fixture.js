/** The agents Worker as the workflow engine calls it: agents that answer, take long, fail, or wait for a person. */
import { WorkerEntrypoint } from "cloudflare:workers";

const agents = ["agt_echo", "agt_slow", "agt_fails", "agt_asks"];
/** By key. */
const runs = new Map();

export class AgentsEntrypoint extends WorkerEntrypoint {
	async describe(_caller, ids) {
		return ids.filter((id) => agents.includes(id)).map((id) => ({ id, name: id }));
	}

	async run(caller, agentId, turn, { waitMs }) {
		const key = caller.idempotencyKey;
		if (!runs.has(key))
			runs.set(key, {
				id: `run_${runs.size}`,
				agentId,
				turn,
				status: agentId === "agt_asks" ? "input_required" : "running",
				endsAt: Date.now() + (agentId === "agt_slow" ? 3_000 : 0),
			});
		return await outcome(runs.get(key), waitMs);
	}

	async settled(_caller, executionId, { waitMs }) {
		return await outcome(runOf(executionId), waitMs);
	}

	async decide(_caller, executionId, approvalId, { decision }) {
		const run = runOf(executionId);
		if (run.status !== "input_required" || approvalId !== `apr_${run.id}`)
			throw appError("conflict", "This was decided already.");
		run.status = "running";
		run.decision = decision;
	}

	async cancel(_caller, executionId) {
		runOf(executionId).status = "cancelled";
	}

	async statuses() {
		return [...runs.values()].map(({ turn, status }) => ({ message: turn.message, status }));
	}
}

async function outcome(run, waitMs) {
	const { id, agentId, turn } = run;
	const told = { executionId: id, sessionId: turn.sessionId ?? "ses_1" };
	const approvals = [{ id: `apr_${id}`, callId: "c", toolId: "echo", arguments: {}, argumentsHash: "h" }];
	if (run.status === "input_required") return { ...told, status: "input_required", response: "", approvals };
	if (run.status === "cancelled") throw appError("cancelled", "The execution was cancelled.");
	await scheduler.wait(Math.max(Math.min(run.endsAt - Date.now(), waitMs), 0));
	if (run.endsAt > Date.now()) return { ...told, status: "running" };
	if (agentId === "agt_fails") throw appError("provider_error", "The model said no.");
	run.status = "completed";
	const response = run.decision ? `${run.decision}: ${turn.message}` : `You said: ${turn.message}`;
	return { ...told, status: "completed", response, toolCalls: [], citations: [], usage: { totalTokens: 3 } };
}

function runOf(id) {
	const run = [...runs.values()].find((run) => run.id === id);
	if (!run) throw appError("not_found", "There is no such execution.");
	return run;
}

function appError(code, message) {
	return Object.assign(new Error(message), { code, details: {} });
}

export default { fetch: () => new Response(null, { status: 404 }) };
