import { expect, test } from "vitest";
import { asCaller } from "../../test/support/as-caller.ts";
import { allEvents } from "../../test/support/sse-events.ts";

const ada = asCaller("usr_ada");

async function agent(config: object, caller = ada): Promise<{ id: string }> {
	const response = await caller.post("/api/v1/agents", { name: "Test", framework: "langchain", config });
	expect(response.status).toBe(201);
	return await response.json();
}

test("an agent answers, calls its tool and tells what it used", async () => {
	const { id } = await agent({ model: "local/dev", tools: ["current_time"] });
	const response = await ada.post(`/api/v1/agents/${id}/execute`, {
		message: "What is the current time in Europe/Berlin?",
	});
	const body = await response.json();
	console.log(JSON.stringify(body, null, 1));
	expect(response.status).toBe(200);
});

test("streams, and replays the same events", async () => {
	const { id } = await agent({ model: "local/dev" });
	const response = await ada.post(`/api/v1/agents/${id}/execute`, { message: "count to 50", streaming: true });
	expect(response.status).toBe(200);
	const live = await allEvents(response);
	console.log(
		live.map(({ id, event, data }) => `${id} ${event} ${JSON.stringify(data.data).slice(0, 100)}`).join("\n"),
	);
	const executionId = response.headers.get("x-execution-id");
	const again = await allEvents(await ada.get(`/api/v1/agents/executions/${executionId}/stream`));
	expect(again.map(({ id, event, data }) => [id, event, data.data])).toEqual(
		live.map(({ id, event, data }) => [id, event, data.data]),
	);
});
