/** The tools Worker as the workflow engine calls it: each call of a writing tool is made once for its key. */
import { WorkerEntrypoint } from "cloudflare:workers";

const known = ["echo", "add", "fail", "slow", "flaky", "guarded"];
/** By key: what a call gave. */
const made = new Map();
const calls = [];

export class ToolsEntrypoint extends WorkerEntrypoint {
	async describe(_caller, ids) {
		return ids
			.filter((id) => known.includes(id))
			.map((id) => ({
				id,
				name: id,
				description: id,
				version: "1",
				inputSchema: {},
				writes: true,
				requiresApproval: id === "guarded",
			}));
	}

	async call(caller, toolId, input) {
		const key = caller.idempotencyKey;
		calls.push({ toolId, input, key, userId: caller.userId, traceparent: caller.traceparent });
		if (toolId === "slow") await scheduler.wait(input.ms);
		if (toolId === "fail") throw appError(input.code ?? "tool_failed", "The tool says no.");
		if (
			toolId === "flaky" &&
			calls.filter(({ toolId, input: given }) => toolId === "flaky" && given.id === input.id).length <= input.times
		) {
			throw appError("service_unavailable", "Not now.");
		}
		if (toolId === "guarded") throw appError("approval_required", "A person has to allow it.");
		if (!made.has(key)) made.set(key, toolId === "add" ? input.a + input.b : input);
		return { value: made.get(key) };
	}

	async made() {
		return calls;
	}
}

function appError(code, message) {
	return Object.assign(new Error(message), { code, details: {} });
}

export default { fetch: () => new Response(null, { status: 404 }) };
