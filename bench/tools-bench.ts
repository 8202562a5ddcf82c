/**
 * Tool calls through the gateway: a tool that does next to nothing, a custom tool in its sandbox, one of an MCP server,
 * and calls that are kept.
 */
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { ApiClient, Json } from "../scripts/api-client.ts";
import { alternate, ratioRow } from "./alternate.ts";
import { bareToken } from "./bare-token.ts";
import { startChild } from "./child.ts";
import { rateOf, type Target } from "./load.ts";
import { numberOf, type Row } from "./row.ts";
import { median } from "./statistics.ts";

export interface ToolsBenchOptions {
	/** Signed in. */
	api: ApiClient;
	/** The process of the platform; it is killed for cold starts, and comes back by itself. */
	pid: () => number;
	bareUrl: string;
	/** Signs the token of the bare pair. */
	secret: string;
}

const warmCalls = 200;
const coldStarts = 5;
const queued = { connections: 16, requests: 2_000 };
/** More than an owner's calls at a time, wherever chance puts them. */
const blockers = 96;
/** Listings and telemetry follow a call; what comes next does not pay for them. */
const restMs = 2_000;

const noOp = "/api/v1/tools/id_generate/execute";
const webFetch = "/api/v1/tools/web_fetch/execute";
const doubler = {
	name: "bench_double",
	description: "Doubles a number.",
	source: "export function run({ n }) { return n * 2; }",
	inputSchema: { type: "object", properties: { n: { type: "number" } }, required: ["n"] },
};

export async function toolsBench({ api, pid, bareUrl, secret }: ToolsBenchOptions): Promise<Row[]> {
	const { id } = await api.call("POST", "/api/v1/tools", doubler);
	const standard = () => timed(() => execute(api, noOp, {}));
	const custom = () => timed(() => execute(api, `/api/v1/tools/${id}/execute`, { n: 2 }));
	return [
		await standardRow(api, bareUrl, await bareToken(secret)),
		await warmRow(standard, custom),
		await mcpRow(api),
		await queueRow(api),
		await coldRow(api, pid, standard, custom),
	];
}

async function standardRow(api: ApiClient, bareUrl: string, token: string): Promise<Row> {
	const rates = await alternate({
		platform: callOf(api, "success"),
		bare: {
			url: `${bareUrl}/api/v1/workflows/no-op`,
			headers: { authorization: `Bearer ${token}` },
			body: { parameters: {} },
			expect: '"ok":true',
		},
	});
	return ratioRow("call of a standard tool through the gateway, against two bare Hono Workers with that body", rates, {
		atLeast: 0.4,
	});
}

async function warmRow(standard: () => Promise<number>, custom: () => Promise<number>): Promise<Row> {
	const [ours, theirs]: [number[], number[]] = [[], []];
	for (let i = 0; i < warmCalls; i++) {
		theirs.push(await standard());
		ours.push(await custom());
	}
	return addedRow("custom tool with a warm sandbox, added to a standard tool's call, median", ours, theirs, 5);
}

/** The same call of the same server: by the SDK's client here, and as a tool of the platform. */
async function mcpRow(api: ApiClient): Promise<Row> {
	const child = await startChild("bench/mcp-server.ts");
	const url = `http://127.0.0.1:${child.port}/mcp`;
	const client = new Client({ name: "bench", version: "1.0.0" }, { versionNegotiation: { mode: "auto" } });
	try {
		await client.connect(new StreamableHTTPClientTransport(new URL(url)));
		const { id: serverId } = await api.call("POST", "/api/v1/mcp/servers", { name: "Parcels", url });
		const { tools } = await api.call("GET", "/api/v1/tools?type=mcp");
		const { id } = tools.find((tool: Json) => tool.serverId === serverId);
		const parameters = { number: "AE-2" };
		const direct = async () => {
			const { isError } = await client.callTool({ name: "track", arguments: parameters });
			if (isError) throw new Error("The MCP server failed.");
		};
		const [ours, theirs]: [number[], number[]] = [[], []];
		for (let i = 0; i < warmCalls; i++) {
			theirs.push(await timed(direct));
			ours.push(await timed(() => execute(api, `/api/v1/tools/${id}/execute`, parameters)));
		}
		return addedRow("call of an MCP tool, added to the SDK's client calling its server, median", ours, theirs, 5);
	} finally {
		await client.close();
		await child.stop();
	}
}

/** The first call of the sandbox in a runtime that has served everything else. */
async function coldRow(
	api: ApiClient,
	pid: () => number,
	standard: () => Promise<number>,
	custom: () => Promise<number>,
): Promise<Row> {
	const [ours, theirs]: [number[], number[]] = [[], []];
	for (let start = 0; start < coldStarts; start++) {
		const before = pid();
		process.kill(before, "SIGKILL");
		while (pid() === before) await delay(20);
		await untilUp(api);
		for (let i = 0; i < 30; i++) theirs.push(await standard());
		ours.push(await custom());
	}
	return addedRow("custom tool, first call of a runtime, added, median", ours, theirs.slice(-coldStarts * 20), 50);
}

/** Calls that another server keeps waiting take all places, so that the others queue up; then it lets go. */
async function queueRow(api: ApiClient): Promise<Row> {
	const slow = await startHoldingServer();
	const body = { parameters: { url: slow.url, timeoutMs: 25_000 }, timeout: 30_000 };
	for (let i = 0; i < blockers; i++) await api.call("POST", webFetch, body, { prefer: "respond-async" });
	const accepted = await rateOf(callOf(api, '"queued"', { prefer: "respond-async" }), queued);
	await delay(restMs);
	const releasedAt = Date.now();
	slow.release();
	const made = await settledCalls(api);
	const seconds = (Math.max(...made.map(({ endTime }) => Date.parse(endTime))) - releasedAt) / 1_000;
	const measured = `${made.length} calls in ${numberOf(seconds)} s, accepted at ${numberOf(accepted)}/s`;
	return { name: "calls in the queue that are made", value: made.length / seconds, unit: "/s", measured, atLeast: 200 };
}

async function startHoldingServer(): Promise<{ url: string; release: () => void }> {
	const held = new Set<ServerResponse>();
	let isOpen = false;
	const server = createServer((_, response) => {
		if (isOpen) response.end();
		else held.add(response);
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	const release = () => {
		isOpen = true;
		for (const response of held) response.end();
		server.close();
	};
	return { url: `http://127.0.0.1:${port}/`, release };
}

function callOf(api: ApiClient, expect: string, headers: Record<string, string> = {}): Target {
	const url = `${api.url}${noOp}`;
	return { url, headers: { authorization: `Bearer ${api.token}`, ...headers }, body: { parameters: {} }, expect };
}

async function settledCalls(api: ApiClient): Promise<Json[]> {
	for (const status of ["queued", "running"]) {
		while ((await api.call("GET", `/api/v1/tools/executions?status=${status}&limit=1`)).executions.length > 0) {
			await delay(500);
		}
	}
	const kept: Json[] = [];
	let cursor: string | undefined;
	do {
		const query = new URLSearchParams({ toolId: "id_generate", limit: "100", ...(cursor && { cursor }) });
		const page = await api.call("GET", `/api/v1/tools/executions?${query.toString()}`);
		kept.push(...page.executions);
		cursor = page.nextCursor;
	} while (cursor);
	const failed = kept.filter(({ status }) => status !== "completed").length;
	if (failed > 0 || kept.length < queued.requests)
		throw new Error(`${kept.length} calls were kept, ${failed} not made`);
	return kept;
}

async function execute(api: ApiClient, path: string, parameters: object): Promise<void> {
	const { status } = await api.call("POST", path, { parameters });
	if (status !== "success") throw new Error(`${path} ended as ${status}`);
}

async function untilUp(api: ApiClient): Promise<void> {
	for (;;) {
		const response = await api.fetch("GET", "/api/health").catch(() => undefined);
		if (response?.ok) return;
		await delay(50);
	}
}

async function timed(work: () => Promise<void>): Promise<number> {
	const started = performance.now();
	await work();
	return performance.now() - started;
}

function addedRow(name: string, ours: number[], theirs: number[], atMost: number): Row {
	const [our, their] = [median(ours), median(theirs)];
	const measured = `${numberOf(our)} ms against ${numberOf(their)} ms`;
	return { name, value: our - their, unit: " ms", measured, atMost };
}
