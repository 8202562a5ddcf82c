/** LangGraph.js with its PostgreSQL checkpointer: a checkpoint is on disk before the next step starts. */
import { randomUUID } from "node:crypto";
import { Annotation, END, START, StateGraph } from "@langchain/langgraph";
import { PostgresSaver } from "@langchain/langgraph-checkpoint-postgres";
import pg from "pg";
import { branches, databaseConnections, leaveWith, openDoor, postgresUrl, sequenceSteps } from "./door.mjs";

const schema = `bench_langgraph_${process.pid}`;
const pool = new pg.Pool({ connectionString: postgresUrl, max: databaseConnections });
const checkpointer = new PostgresSaver(pool, undefined, { schema });
leaveWith(() => pool.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`));
await checkpointer.setup();

const State = Annotation.Root({ steps: Annotation({ reducer: (sum, added) => sum + added, default: () => 0 }) });
const step = () => ({ steps: 1 });

const sequence = sequenceGraph().compile({ checkpointer });
const fanout = fanoutGraph().compile({ checkpointer });
openDoor({ sequence: () => run(sequence), fanout: () => run(fanout) });

async function run(graph) {
	const { steps } = await graph.invoke({ steps: 0 }, { configurable: { thread_id: randomUUID() }, durability: "sync" });
	return steps;
}

function sequenceGraph() {
	const graph = new StateGraph(State);
	for (let i = 0; i < sequenceSteps; i++) {
		graph.addNode(`step${i}`, step).addEdge(i === 0 ? START : `step${i - 1}`, `step${i}`);
	}
	return graph.addEdge(`step${sequenceSteps - 1}`, END);
}

function fanoutGraph() {
	const graph = new StateGraph(State).addNode("before", step).addNode("merge", step);
	const names = Array.from({ length: branches }, (_, i) => `branch${i}`);
	for (const name of names) graph.addNode(name, step).addEdge("before", name);
	return graph.addEdge(START, "before").addEdge(names, "merge").addEdge("merge", END);
}
