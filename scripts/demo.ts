/**
 * `npm run demo`: the main job, on a running platform or one started for it. Every line tells what has just been done
 * and seen; anything else than expected ends it with exit code 1.
 */
import { setTimeout as delay } from "node:timers/promises";
import { ApiClient, type Json } from "./api-client.ts";
import { askDocuments } from "./demo-documents.ts";
import { startDemoMcpServer } from "./demo-mcp-server.ts";
import { eventually, expect, tell, title } from "./demo-output.ts";
import { runWorkflow } from "./demo-workflow.ts";
import { runningPlatform } from "./running-platform.ts";
import { runCommand, SetupError } from "./setup-error.ts";

const timeKeeper = {
	name: "Time keeper",
	framework: "langchain",
	skills: ["time"],
	config: { model: "local/dev", systemPrompt: "You tell the time.", tools: ["current_time"] },
};
const counter = { name: "Counter", framework: "langchain", config: { model: "local/script", script: slowCount(40) } };
const compoundInterest = {
	description: "Computes what a sum becomes with compound interest.",
	source: "export function run({ sum, rate, years }) { return { total: sum * (1 + rate) ** years }; }",
	inputSchema: {
		type: "object",
		properties: { sum: { type: "number" }, rate: { type: "number" }, years: { type: "integer" } },
		required: ["sum", "rate", "years"],
	},
	examples: [{ input: { sum: 100, rate: 0.1, years: 2 } }],
};
const sleeper = {
	name: "Sleeper",
	framework: "langchain",
	config: { model: "local/script", script: [{ wait: 600_000 }] },
};

await runCommand(async () => {
	const { url, admin, pid, release } = await runningPlatform();
	try {
		if (!admin.password) throw new SetupError("Set ADMIN_PASSWORD to the admin's password.");
		await demo(new ApiClient(url), { email: admin.email, password: admin.password, pid });
	} finally {
		await release();
	}
});
process.exit();

interface DemoOptions {
	email: string;
	password: string;
	pid: () => number | undefined;
}

async function demo(api: ApiClient, { email, password, pid }: DemoOptions): Promise<void> {
	title(`Agentic Edge at ${api.url}`);
	const health = await api.call("GET", "/api/health");
	tell("health", `${health.status}: ${Object.keys(health.services).join(", ")}`);
	const { user, expiresAt } = await api.signIn(email, password);
	tell("signed in", `${user.email} (${user.role}), until ${expiresAt}`);

	title("An agent with a tool answers");
	const agent = await api.call("POST", "/api/v1/agents", timeKeeper);
	tell("created", `${agent.name} ${agent.id}, version ${agent.version}, model ${agent.config.model}`);
	const question = "What is the current time in UTC?";
	const answer = await api.call("POST", `/api/v1/agents/${agent.id}/execute`, { message: question });
	tell("asked", question);
	tell("answered", answer.response);
	for (const { toolId, duration, output } of answer.toolCalls) {
		tell("tool", `${toolId} → ${JSON.stringify(output)} (${duration} ms)`);
	}
	tell("usage", `${answer.usage.totalTokens} tokens, ${answer.metadata.steps} model calls`);
	expect(answer.toolCalls.length === 1 && answer.status === "completed", "one tool call and an answer");

	await useTools(api);
	await resumeStream(api);
	await showHistory(api, agent.id, answer);
	await cancelLongRun(api);
	await showTrace(api, answer.traceId);
	await askDocuments(api);
	await runWorkflow(api, pid);

	title("Signing out");
	tell("logout", (await api.call("POST", "/api/auth/logout", {})).message);
	const refused = await api.fetch("GET", "/api/auth/me");
	const problem: Json = await refused.json();
	tell("the same token", `${refused.status} ${problem.title}`);
	expect(refused.status === 401, "the token is refused after logout");
	console.log("\nAll of it worked.");
}

/** Writes a custom tool, registers an MCP server, and has one agent call the tools of both. */
async function useTools(api: ApiClient): Promise<void> {
	title("A tool of your own");
	const parameters = { sum: 1000, rate: 0.05, years: 10 };
	const own = await api.call("POST", "/api/v1/tools", { ...compoundInterest, name: `interest_${Date.now()}` });
	tell("written", `${own.name}, version ${own.version}`);
	const call = await api.call("POST", `/api/v1/tools/${own.id}/execute`, { parameters });
	tell("called", `${call.status}: ${JSON.stringify(call.result)} (${call.executionTime} ms)`);

	title("The tools of an MCP server");
	const parcels = await startDemoMcpServer();
	try {
		const body = { name: `Parcels ${Date.now()}`, url: parcels.url, autoDiscovery: true };
		const server = await api.call("POST", "/api/v1/mcp/servers", body);
		tell("registered", `${server.url}: ${server.status}, MCP ${server.protocolVersion} by ${server.transport}`);
		const { tools } = await api.call("GET", "/api/v1/tools?type=mcp&limit=100");
		const track: Json = tools.find(({ serverId }: Json) => serverId === server.id);
		tell("discovered", `${track.name}: ${track.description}`);

		title("An agent uses both");
		const script = [
			{
				calls: [
					{ call: own.name, input: parameters },
					{ call: track.name, input: { number: "AE-2" } },
				],
			},
			{ say: "Both are done." },
		];
		const config = { model: "local/script", script, tools: [own.id, track.id] };
		const agent = await api.call("POST", "/api/v1/agents", { name: "Clerk", framework: "langchain", config });
		const answer = await api.call("POST", `/api/v1/agents/${agent.id}/execute`, { message: "Compute and track." });
		for (const { toolId, duration, output } of answer.toolCalls) {
			tell("agent called", `${toolId} → ${JSON.stringify(output)} (${duration} ms)`);
		}
		const outputs = JSON.stringify(answer.toolCalls.map(({ output }: Json) => output));
		expect(outputs.includes(String(call.result.total)), "the agent gets what you got");
		expect(outputs.includes("AE-2 is in Rotterdam."), "the MCP server's answer");
		await api.call("DELETE", `/api/v1/mcp/servers/${server.id}`);
	} finally {
		parcels.close();
	}
}

/** Reads a stream half, drops the connection, comes back with `Last-Event-ID`: every event once, in order. */
async function resumeStream(api: ApiClient): Promise<void> {
	title("A stream that is cut off loses nothing");
	const agent = await api.call("POST", "/api/v1/agents", counter);
	const request = { message: "Count.", streaming: true };
	const first = await api.fetch("POST", `/api/v1/agents/${agent.id}/execute`, request);
	const executionId = first.headers.get("x-execution-id");
	const seen: number[] = [];
	let text = "";
	const take = ({ id, event, data }: { id: string; event: string; data: Json }) => {
		seen.push(Number(id));
		if (event === "message.delta") text += data.data.text;
	};
	for await (const event of api.events(first)) {
		take(event);
		if (seen.length === 6) break;
	}
	tell("cut off", `after event ${seen.at(-1)}, with "${text.trim()}"`);
	await delay(300);
	const path = `/api/v1/agents/executions/${executionId}/stream`;
	const second = await api.fetch("GET", path, undefined, { "last-event-id": String(seen.at(-1)) });
	for await (const event of api.events(second)) take(event);
	tell("resumed", `events ${seen[6]} to ${seen.at(-1)}`);
	tell("together", text.trim());
	expect(
		seen.every((seq, i) => seq === i + 1),
		"every event once, in order",
	);
	const expected = Array.from({ length: 40 }, (_, i) => i + 1).join(" ");
	expect(text.trim() === expected, "the whole text");
}

async function showHistory(api: ApiClient, agentId: string, { sessionId, executionId }: Json): Promise<void> {
	title("It is all on record");
	const { messages } = await api.call("GET", `/api/v1/agents/sessions/${sessionId}/messages`);
	for (const { role, content } of messages.toReversed()) tell(role, content || "(calls a tool)");
	const listed = await eventually(async () => {
		const { executions } = await api.call("GET", `/api/v1/agents/executions?agentId=${agentId}`);
		return executions.find(({ id, status }: Json) => id === executionId && status === "completed");
	});
	tell("execution", `${listed.id} ${listed.status} in ${listed.duration} ms`);
}

async function cancelLongRun(api: ApiClient): Promise<void> {
	title("A long run is stopped");
	const agent = await api.call("POST", "/api/v1/agents", sleeper);
	const path = `/api/v1/agents/${agent.id}/execute`;
	const accepted = await api.call("POST", path, { message: "Sleep ten minutes." }, { prefer: "respond-async" });
	tell("accepted", `${accepted.executionId} is ${accepted.status}`);
	const cancelled = await api.call("POST", `/api/v1/agents/executions/${accepted.executionId}/cancel`);
	tell("cancelled", `${cancelled.status} after ${cancelled.duration} ms`);
	expect(cancelled.status === "cancelled", "the run is cancelled");
}

async function showTrace(api: ApiClient, traceId: Json): Promise<void> {
	title("And traced");
	const trace: Json = await eventually(async () => {
		const response = await api.fetch("GET", `/api/v1/traces/${traceId}`);
		const found: Json = response.ok ? await response.json() : undefined;
		return found && JSON.stringify(found).includes("execute_tool") ? found : undefined;
	});
	printSpans(trace.spans, "");
}

function printSpans(spans: Json[], indent: string): void {
	for (const { serviceName, operationName, durationMs, children } of spans) {
		console.log(`  ${indent}${operationName}  (${serviceName}, ${durationMs} ms)`);
		printSpans(children, `${indent}  `);
	}
}

function slowCount(end: number): Json[] {
	const text = Array.from({ length: end }, (_, i) => i + 1).join(" ");
	return [{ say: text, chunks: end, delayMs: 50 }];
}
