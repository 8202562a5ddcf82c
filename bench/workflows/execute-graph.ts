/** Runs a graph to its end, and says so where that is not what came of it. */
import { setTimeout as delay } from "node:timers/promises";
import type { ApiClient, Json } from "../../scripts/api-client.ts";
import type { GraphBody } from "./graphs.ts";

export const executePath = "/api/v1/workflows/execute";
export const executionsPath = "/api/v1/workflows/executions";
export const waiting = { prefer: "wait=30" };

/** What a completed execution's answer contains: nodes have a status as well, this one stands before theirs. */
export const completed = '"status":"completed","nodeStates":';

/** The execution, completed with all of its nodes; one that takes longer than it may be waited for is asked after. */
export async function executeGraph(api: ApiClient, body: GraphBody): Promise<Json> {
	let execution = await api.call("POST", executePath, body, waiting);
	while (["running", "waiting"].includes(execution.status)) {
		await delay(200);
		execution = await api.call("GET", `${executionsPath}/${execution.executionId}`);
	}
	const done = Object.values<Json>(execution.nodeStates).filter(({ status }) => status === "completed").length;
	if (execution.status !== "completed" || done < body.nodes.length)
		throw new Error(`A workflow ended as ${JSON.stringify(execution)}`);
	return execution;
}
