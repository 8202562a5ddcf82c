/** Mastra workflows on a LibSQL file: a snapshot of the run is stored with each step. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Mastra } from "@mastra/core";
import { createStep, createWorkflow } from "@mastra/core/workflows";
import { LibSQLStore } from "@mastra/libsql";
import { z } from "zod";
import { branches, leaveWith, openDoor, sequenceSteps } from "./door.mjs";

const folder = mkdtempSync(join(process.env.BENCH_STATE_DIR ?? tmpdir(), "bench-mastra-"));
leaveWith(() => rmSync(folder, { recursive: true, force: true }));

const Count = z.object({ steps: z.number() });
const options = { shouldPersistSnapshot: () => true };
const step = (id) =>
	createStep({
		id,
		inputSchema: Count,
		outputSchema: Count,
		execute: async ({ inputData }) => ({ steps: inputData.steps + 1 }),
	});

const storage = new LibSQLStore({ id: "bench", url: `file:${join(folder, "mastra.db")}` });
const workflows = { sequence: sequenceWorkflow(), fanout: fanoutWorkflow() };
const mastra = new Mastra({ storage, workflows, logger: false });
await storage.init();
openDoor({ sequence: () => run("sequence"), fanout: () => run("fanout") });

async function run(name) {
	const created = await mastra.getWorkflow(name).createRun();
	const finished = await created.start({ inputData: { steps: 0 } });
	if (finished.status !== "success") throw new Error(`${name} ended as ${finished.status}`);
	return finished.result.steps;
}

function sequenceWorkflow() {
	let workflow = createWorkflow({ id: "sequence", inputSchema: Count, outputSchema: Count, options });
	for (let i = 0; i < sequenceSteps; i++) workflow = workflow.then(step(`step${i}`));
	return workflow.commit();
}

function fanoutWorkflow() {
	const names = Array.from({ length: branches }, (_, i) => `branch${i}`);
	const merge = createStep({
		id: "merge",
		inputSchema: z.object(Object.fromEntries(names.map((name) => [name, Count]))),
		outputSchema: Count,
		// Each branch got 1 from the step before it, and made it 2.
		execute: async ({ inputData }) => ({
			steps: Object.values(inputData).reduce((sum, { steps }) => sum + steps - 1, 2),
		}),
	});
	return createWorkflow({ id: "fanout", inputSchema: Count, outputSchema: Count, options })
		.then(step("before"))
		.parallel(names.map(step))
		.then(merge)
		.commit();
}
