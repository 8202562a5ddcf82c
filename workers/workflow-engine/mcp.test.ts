import { describe, expect, test } from "vitest";
import { anonymous, asCaller } from "../../test/support/as-caller.ts";
import { legacy, modern } from "../../test/support/mcp-wire.ts";
import { approval, edge, newWorkflow, reached, steer, value } from "./testing.ts";

const ada = asCaller("usr_ada");
const eras = [
	["2026-07-28", modern],
	["2025-11-25", legacy],
] as const;

const inputSchema = { type: "object", properties: { n: { type: "number" } }, required: ["n"] };
const doubling = {
	name: "Double",
	description: "Doubles a number.",
	nodes: [{ id: "start", type: "start", config: { inputSchema } }, value("twice", "{{ input.n * 2 }}")],
	edges: [edge("start", "twice")],
};

const endpoint = (id: string) => ({ path: `/api/v1/workflows/${id}/mcp` });

describe.each(eras)("a workflow by %s", (_, ask) => {
	test("is a tool with the schema of its input", async () => {
		const { id } = await newWorkflow(ada, doubling);
		const { result } = await ask(ada, "tools/list", {}, endpoint(id));
		expect(result?.tools).toMatchObject([{ name: "run", title: "Double", inputSchema }, { name: "get_execution" }]);
		const answer = await ask(ada, "tools/call", { name: "run", arguments: { n: 21 } }, endpoint(id));
		expect(answer.result?.structuredContent).toMatchObject({ status: "completed", output: 42 });
		const wrong = await ask(ada, "tools/call", { name: "run", arguments: { n: "x" } }, endpoint(id));
		expect(wrong.result?.isError).toBe(true);
		expect(JSON.stringify(wrong.result?.content)).toContain("/input/n");
	});

	test("does not exist for others", async () => {
		const { id } = await newWorkflow(ada, doubling);
		expect((await ask(asCaller("usr_bob"), "tools/list", {}, endpoint(id))).status).toBe(404);
		expect((await ask(anonymous, "tools/list", {}, endpoint(id))).status).toBe(401);
	});
});

test("what waits for a person says where, and is asked for again", async () => {
	const { id } = await newWorkflow(ada, { nodes: [approval("ask")], edges: [] });
	const { result } = await modern(ada, "tools/call", { name: "run", arguments: {} }, endpoint(id));
	const told = result?.structuredContent as { executionId: string; approvals: string[] };
	const approvalId = told.approvals[0]!.split("/").at(-1)!;
	await steer(ada, told.executionId, `approvals/${approvalId}`, { decision: "deny", reason: "No." });
	await reached(ada, told.executionId, "failed");
	const later = await modern(
		ada,
		"tools/call",
		{ name: "get_execution", arguments: { executionId: told.executionId } },
		endpoint(id),
	);
	expect(later.result).toMatchObject({ isError: true, structuredContent: { status: "failed", error: "No." } });
});
