/** An index of documents as agents and workflows use it: a tool, whose passages are cited. */
import { beforeAll, expect, inject, test } from "vitest";
import { newPerson, type Person } from "../support/people.ts";
import { edge, expectProblem, node, run, value } from "../support/workflow-graphs.ts";

const instance = inject("platform");
const text = "The owl hunts at night. The hawk hunts by day.";
let ada: Person;
let bob: Person;
let indexId: string;

beforeAll(async () => {
	[ada, bob] = [await newPerson(instance), await newPerson(instance)];
	indexId = (await ada.call("POST", "/api/v1/indexes", { name: "Birds", description: "How birds live." })).id;
	const note = { indexId, text, name: "birds.txt" };
	await ada.call("POST", "/api/v1/documents", note, { prefer: "wait=20" });
});

test("an agent searches it by itself, and cites what it found", async () => {
	const config = { model: "local/dev", tools: [indexId] };
	const agent = await ada.call("POST", "/api/v1/agents", { name: "Birder", framework: "langchain", config });
	const message = "Search the birds: when does the owl hunt?";
	const answer = await ada.call("POST", `/api/v1/agents/${agent.id}/execute`, { message });
	expect(answer.toolCalls).toMatchObject([{ toolId: indexId }]);
	expect(answer.response).toContain("The owl hunts at night.");
	expect(answer.citations).toMatchObject([
		{ title: "birds.txt", url: expect.stringMatching(/^\/api\/v1\/documents\//) as string },
	]);
});

test("a workflow's node searches it", async () => {
	const nodes = [
		node("find", "rag", { indexId, query: "{{ input.question }}", limit: 1 }),
		value("said", "{{ nodes.find.output.passages[0].text }}"),
	];
	const input = { question: "When does the hawk hunt?" };
	const done = await run(ada, { nodes, edges: [edge("find", "said")], input });
	expect(done).toMatchObject({ status: "completed", output: text });
});

test("safety: nobody names another's index, in an agent or a workflow", async () => {
	const config = { model: "local/dev", tools: [indexId] };
	const agent = await bob.fetch("POST", "/api/v1/agents", { name: "Thief", framework: "langchain", config });
	expect(agent.status).toBe(422);
	const nodes = [node("find", "rag", { indexId, query: "owl" })];
	await expectProblem(await bob.fetch("POST", "/api/v1/workflows/execute", { nodes }), 422, "invalid_input");
});
