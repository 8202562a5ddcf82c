/** Promises of executions that are about time, roles and streams. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { newPerson, type Person } from "../support/people.ts";
import {
	begin,
	edge,
	eventsOf,
	execute,
	executionPath,
	newAgent,
	node,
	run,
	steer,
	until,
	value,
} from "../support/workflow-graphs.ts";

const instance = inject("platform");
let ada: Person;
let viewer: Person;
const seen: number[] = [];
const server = createServer((request, response) => {
	seen.push(Date.now());
	if (request.url === "/busy" && seen.length < 2) response.writeHead(429, { "retry-after": "1" }).end();
	else response.end("ok");
});
let url: string;
beforeAll(async () => {
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	[ada, viewer] = [await newPerson(instance), await newPerson(instance, "viewer")];
});
afterAll(() => server.close());

test("a pause is as long as a server's Retry-After", async () => {
	seen.length = 0;
	const retry = { maxAttempts: 2, delay: 1 };
	const done = await run(ada, { nodes: [node("get", "http", { url: `${url}/busy` }, { retry })] });
	expect(done.status).toBe("completed");
	expect(seen[1]! - seen[0]!).toBeGreaterThanOrEqual(1_000);
});

test("a viewer's http node that writes is refused", async () => {
	seen.length = 0;
	const answer = await execute(
		viewer,
		{ nodes: [node("p", "http", { url, method: "POST", body: "x" })] },
		{ prefer: "wait=10" },
	);
	expect(answer.status === 403 || (await answer.json<any>()).status === "failed").toBe(true);
	expect(seen).toEqual([]);
});

test("SSE is live until the execution has ended, approval in between", async () => {
	const waiting = await run(ada, { nodes: [node("ask", "approval", { title: "?" })] });
	const stream = await ada.fetch("GET", executionPath(waiting, "stream"));
	const events = Array.fromAsync(ada.events(stream));
	await steer(ada, waiting, `approvals/${waiting.approvals[0].id}`, { decision: "approve" });
	expect((await events).map(({ event }) => event)).toContain("run.completed");
});

test("Prefer: wait answers 202 where it waits for a time, which is nobody", async () => {
	const answer = await execute(ada, { nodes: [node("nap", "wait", { duration: 30_000 })] }, { prefer: "wait=1" });
	expect(answer.status).toBe(202);
});

test("an execution in which all that is left waits for a time is waiting", async () => {
	const begun = await begin(ada, { nodes: [node("nap", "wait", { duration: 3_000 })] });
	const { nodeStates } = await until(ada, begun, { nodeStates: { nap: { status: "waiting" } } });
	expect(nodeStates.nap.status).toBe("waiting");
	expect(await ada.call("GET", executionPath(begun))).toMatchObject({ status: "waiting" });
});

test("node.called tells the run of an agent that works for a node", async () => {
	const agentId = await newAgent(ada, [{ wait: 2_000 }, { say: "Done." }]);
	const begun = await begin(ada, {
		nodes: [node("a", "agent", { agentId, message: "x" }), value("o", 1)],
		edges: [edge("a", "o")],
	});
	await until(ada, begun, { status: "completed" });
	expect((await eventsOf(ada, begun)).map(({ type }) => type)).toContain("node.called");
});
