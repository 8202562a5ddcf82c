/**
 * `npm run bench [gateway] [agents] [tools] [workflows] [rag] [rag-store] [rag-ingest] [size] [-- --write]`: measures everything, or the
 * parts that are named, and prints the table; `--write` puts it into docs/benchmarks.md.
 */
import { randomBytes } from "node:crypto";
import { ApiClient } from "../scripts/api-client.ts";
import { runCommand } from "../scripts/setup-error.ts";
import { agentBench } from "./agent-bench.ts";
import { type BenchWorkers, buildBenchWorkers } from "./bench-workers.ts";
import { startChild } from "./child.ts";
import { gatewayBench } from "./gateway-bench.ts";
import { ingestBench } from "./rag-ingest/ingest-bench.ts";
import { qualityBench } from "./rag/quality-bench.ts";
import { ragStoreBench } from "./rag-store/store-bench.ts";
import { machine, writeReport } from "./report.ts";
import { type Row, tableOf, verdictOf } from "./row.ts";
import { startRuntime } from "./runtime.ts";
import { sizeBench } from "./size-bench.ts";
import { toolsBench } from "./tools-bench.ts";
import { workflowBench } from "./workflows/workflow-bench.ts";

const parts = ["gateway", "agents", "tools", "workflows", "rag", "rag-store", "rag-ingest", "size"] as const;
const secret = randomBytes(48).toString("base64url");

const environment = {
	JWT_SECRET: secret,
	SECRETS_KEY: randomBytes(32).toString("base64"),
	ADMIN_EMAIL: "admin@localhost.test",
	ADMIN_PASSWORD: randomBytes(15).toString("base64url"),
	EGRESS_ALLOW: "127.0.0.0/8",
	/** More than can be reached: the window works as ever, and refuses nobody. */
	RATE_LIMIT_PER_MINUTE: "1000000",
};

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
process.once("disconnect", () => process.exit(1));

await runCommand(async () => {
	const named = process.argv.slice(2);
	const wanted = parts.filter((part) => named.includes(part));
	const rows = await measure(wanted.length > 0 ? wanted : [...parts]);
	const table = tableOf(rows);
	console.log(`\n${machine()}\n\n${table}`);
	if (named.includes("--write")) writeReport(table);
	const missed = rows.filter((row) => verdictOf(row) === "missed");
	for (const { name } of missed) console.error(`missed: ${name}`);
	process.exitCode = missed.length > 0 ? 1 : 0;
});
process.exit();

async function measure(wanted: (typeof parts)[number][]): Promise<Row[]> {
	console.log("Building the Workers");
	const workers = await buildBenchWorkers();
	const rows: Row[] = [];
	if (wanted.includes("gateway")) rows.push(...(await measureGateway(workers)));
	if (wanted.includes("agents")) rows.push(...(await measureAgents(workers)));
	if (wanted.includes("tools")) rows.push(...(await measureTools(workers)));
	if (wanted.includes("workflows")) rows.push(...(await measureWorkflows(workers)));
	if (wanted.includes("rag")) {
		console.log("Measuring how well search finds");
		rows.push(...(await qualityBench()));
	}
	if (wanted.includes("rag-store")) rows.push(...(await ragStoreBench()));
	if (wanted.includes("rag-ingest")) rows.push(...(await measureIngestion(workers)));
	if (wanted.includes("size")) {
		console.log("Measuring bundles and their start");
		rows.push(...(await sizeBench(workers.product)));
	}
	return rows;
}

async function measureGateway({ platform, barePair }: BenchWorkers): Promise<Row[]> {
	console.log("Measuring requests through the gateway");
	const [ours, bare] = await Promise.all([startRuntime(platform, environment), startRuntime(barePair, environment)]);
	try {
		const { token = "" } = await signedIn(ours.url);
		return await gatewayBench({ platformUrl: ours.url, platformToken: token, bareUrl: bare.url, secret });
	} finally {
		await Promise.all([ours.stop(), bare.stop()]);
	}
}

async function measureAgents({ platform, bareModel }: BenchWorkers): Promise<Row[]> {
	console.log("Measuring agent turns");
	const [ours, bare] = await Promise.all([startRuntime(platform, environment), startRuntime(bareModel, environment)]);
	const model = await startChild("bench/model-server.ts");
	try {
		const modelUrl = `http://127.0.0.1:${model.port}/v1`;
		return await agentBench({ api: await signedIn(ours.url), bareUrl: bare.url, modelUrl });
	} finally {
		await Promise.all([ours.stop(), bare.stop(), model.stop()]);
	}
}

async function measureTools({ platform, barePair }: BenchWorkers): Promise<Row[]> {
	console.log("Measuring tool calls");
	const [ours, bare] = await Promise.all([startRuntime(platform, environment), startRuntime(barePair, environment)]);
	try {
		return await toolsBench({ api: await signedIn(ours.url), pid: () => ours.pid, bareUrl: bare.url, secret });
	} finally {
		await Promise.all([ours.stop(), bare.stop()]);
	}
}

async function measureWorkflows({ product, bareSteps }: BenchWorkers): Promise<Row[]> {
	console.log("Measuring workflows");
	const [ours, bare] = await Promise.all([startRuntime(product, environment), startRuntime(bareSteps, environment)]);
	try {
		return await workflowBench({ api: await signedIn(ours.url), bareUrl: bare.url });
	} finally {
		await Promise.all([ours.stop(), bare.stop()]);
	}
}

async function measureIngestion({ product }: BenchWorkers): Promise<Row[]> {
	console.log("Measuring how fast files become searchable");
	const ours = await startRuntime(product, environment);
	try {
		return await ingestBench(await signedIn(ours.url));
	} finally {
		await ours.stop();
	}
}

async function signedIn(url: string): Promise<ApiClient> {
	const api = new ApiClient(url);
	await api.signIn(environment.ADMIN_EMAIL, environment.ADMIN_PASSWORD);
	return api;
}
