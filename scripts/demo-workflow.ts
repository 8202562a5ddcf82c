/** The part of the demo that runs a workflow: two agents side by side, a decision, a person, and a kill in the middle. */
import type { ApiClient, Json } from "./api-client.ts";
import { eventually, expect, tell, title } from "./demo-output.ts";

/** `pid` tells the process that runs the Workers. */
export async function runWorkflow(api: ApiClient, pid: () => number | undefined): Promise<void> {
	title("A workflow survives a kill");
	const optimist = await reviewer(api, "Optimist", "Sales will double.");
	const sceptic = await reviewer(api, "Sceptic", "The risk is small.");
	const body = { name: "Launch review", ...launchReview(optimist, sceptic) };
	const workflow = await api.call("POST", "/api/v1/workflows", body);
	tell(
		"saved",
		`${workflow.name} ${workflow.id}, version ${workflow.version}, ${workflow.definition.nodes.length} nodes`,
	);
	const request = { workflowId: workflow.id, input: { product: "Solar kettle", budget: 12_000 } };
	const { executionId } = await api.call("POST", "/api/v1/workflows/execute", request);
	const path = `/api/v1/workflows/executions/${executionId}`;
	await eventually(async () => {
		const { nodeStates } = await api.call("GET", path);
		return nodeStates.optimist.status === "running" && nodeStates.sceptic.status === "running";
	});
	tell("running", "both agents are at work");

	const killed = pid();
	if (killed === undefined) tell("not killed", "the Workers run elsewhere");
	else {
		process.kill(killed, "SIGKILL");
		tell("killed", `process ${killed}, with all eight Workers`);
	}
	const waiting = await eventually(async () => {
		const execution = await stateOf(api, path);
		return execution?.approvals && execution;
	}, 60);
	if (killed !== undefined) tell("back", `process ${pid()}; the execution went on by itself`);
	const [approval] = waiting.approvals;
	tell("waits", `${approval.title} ${JSON.stringify(approval.data)}`);
	const decision = { decision: "approve", reason: "Both agree.", argumentsHash: approval.argumentsHash };
	await api.call("POST", `${path}/approvals/${approval.id}`, decision);
	const done = await eventually(async () => {
		const execution = await api.call("GET", path);
		return execution.status === "completed" ? execution : undefined;
	});
	for (const [node, { status, executionTime }] of Object.entries<Json>(done.nodeStates)) {
		tell(node, executionTime === undefined ? status : `${status} in ${executionTime} ms`);
	}
	tell("output", JSON.stringify(done.output));
	expect(done.output.launch === true && done.output.opinions.length === 2, "the opinion of both agents");
	const events = api.events(await api.fetch("GET", `${path}/stream`));
	const finished: string[] = [];
	for await (const { event, data } of events) if (event === "node.completed") finished.push(data.data.node);
	expect(new Set(finished).size === finished.length, "each node done once");
	console.log(`\n${(await api.call("GET", `${path}/graph`)).mermaid}`);
}

/** Undefined while nobody answers. */
async function stateOf(api: ApiClient, path: string): Promise<Json> {
	try {
		const response = await api.fetch("GET", path);
		return response.ok ? await response.json() : undefined;
	} catch {
		return undefined;
	}
}

async function reviewer(api: ApiClient, name: string, opinion: string): Promise<string> {
	const script = [{ wait: 1_500 }, { say: opinion }];
	const config = { model: "local/script", script };
	return (await api.call("POST", "/api/v1/agents", { name, framework: "langchain", config })).id;
}

function launchReview(optimist: string, sceptic: string) {
	const ask = (id: string, agentId: string) => ({
		...{ id, type: "agent" },
		config: { agentId, message: "What do you think of {{ input.product }}?" },
	});
	const nodes = [
		{ id: "start", type: "start" },
		{ id: "ask", type: "parallel" },
		ask("optimist", optimist),
		ask("sceptic", sceptic),
		{ id: "opinions", type: "merge", config: { reducer: "list" } },
		{ id: "expensive", type: "condition", config: { condition: "input.budget > 10000" } },
		{
			...{ id: "approve", type: "approval" },
			config: { title: "Launch {{ input.product }}?", data: { budget: "{{ input.budget }}" } },
		},
		{
			...{ id: "launch", type: "end" },
			config: { output: { launch: true, opinions: "{{ nodes.opinions.output.map(o, o.response) }}" } },
		},
	];
	const links = [
		["start", "ask"],
		["ask", "optimist"],
		["ask", "sceptic"],
		["optimist", "opinions"],
		["sceptic", "opinions"],
		["opinions", "expensive"],
		["expensive", "approve", "true"],
		["expensive", "launch", "false"],
		["approve", "launch"],
	];
	const edges = links.map(([source, target, condition]) => ({
		...{ id: `${source}-${target}`, source, target },
		...(condition && { condition }),
	}));
	return { nodes, edges };
}
