/** DBOS Transact on PostgreSQL: each step's result is a row before the next step starts. */
import { DBOS } from "@dbos-inc/dbos-sdk";
import pg from "pg";
import { branches, databaseConnections, leaveWith, openDoor, postgresUrl, sequenceSteps } from "./door.mjs";

const database = `bench_dbos_${process.pid}`;
const systemDatabaseUrl = Object.assign(new URL(postgresUrl), { pathname: `/${database}` }).href;
leaveWith(async () => {
	await DBOS.shutdown();
	const client = new pg.Client({ connectionString: postgresUrl });
	await client.connect();
	await client.query(`DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`);
	await client.end();
});

const sequence = DBOS.registerWorkflow(sequenceWorkflow, { name: "sequence" });
const fanout = DBOS.registerWorkflow(fanoutWorkflow, { name: "fanout" });
DBOS.setConfig({
	name: "bench",
	systemDatabaseUrl,
	systemDatabasePoolSize: databaseConnections,
	logLevel: "error",
});
await DBOS.launch();
openDoor({ sequence, fanout });

async function sequenceWorkflow() {
	let steps = 0;
	for (let i = 0; i < sequenceSteps; i++) steps += await step(`step${i}`);
	return steps;
}

/** The steps start in a fixed order, which a deterministic workflow needs; all of them settle before it goes on. */
async function fanoutWorkflow() {
	const before = await step("before");
	const settled = await Promise.allSettled(Array.from({ length: branches }, (_, i) => step(`branch${i}`)));
	const done = settled.reduce((sum, { value = 0 }) => sum + value, 0);
	return before + done + (await step("merge"));
}

function step(name) {
	return DBOS.runStep(async () => 1, { name });
}
