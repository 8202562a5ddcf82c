import { describe, expect, test } from "vitest";
import { anonymous, asCaller, type TestCaller } from "../../test/support/as-caller.ts";
import { legacy, type McpAnswer, modern } from "../../test/support/mcp-wire.ts";
import { execution, expectJson, messages, newAgent, scripted } from "./testing.ts";

const ada = asCaller("usr_ada");
const eras = [
	["2026-07-28", modern],
	["2025-11-25", legacy],
] as const;

interface Said {
	response: string;
	sessionId: string;
	executionId: string;
	status: string;
}

function endpoint(agentId: string): { path: string } {
	return { path: `/api/v1/agents/${agentId}/mcp` };
}

async function said(caller: TestCaller, agentId: string, args: object): Promise<Said> {
	const { result } = await modern(caller, "tools/call", { name: "ask", arguments: args }, endpoint(agentId));
	expect(result?.isError, JSON.stringify(result)).toBeUndefined();
	return result?.structuredContent as Said;
}

function textOf({ result }: McpAnswer): string {
	return result?.content?.map(({ text }) => text).join("") ?? "";
}

describe.each(eras)("an agent by %s", (_, ask) => {
	test("is one tool that answers messages", async () => {
		const { id } = await newAgent(ada, { tools: ["current_time"] }, { name: "Clock", description: "Tells the time." });
		const { result } = await ask(ada, "tools/list", {}, endpoint(id));
		expect(result?.tools).toMatchObject([{ name: "ask", title: "Clock", inputSchema: { required: ["message"] } }]);
		expect(result?.tools?.[0]?.description).toContain("Tells the time.");
		const { id: echo } = await scripted(ada, [{ say: "You said {{message}}" }]);
		const answer = await ask(ada, "tools/call", { name: "ask", arguments: { message: "hi" } }, endpoint(echo));
		expect(textOf(answer)).toBe("You said hi");
		expect(answer.result?.structuredContent).toMatchObject({ response: "You said hi", status: "completed" });
	});

	test("tells what does not fit, and that there is no such tool", async () => {
		const { id } = await scripted(ada, [{ say: "x" }]);
		const wrong = await ask(ada, "tools/call", { name: "ask", arguments: { message: "" } }, endpoint(id));
		expect(JSON.stringify(wrong)).toContain("message");
		expect(wrong.result?.isError ?? wrong.error).toBeTruthy();
		const other = await ask(ada, "tools/call", { name: "other", arguments: {} }, endpoint(id));
		expect(other.result?.isError ?? other.error).toBeTruthy();
	});

	test("does not exist for others, for nobody, or once it is gone", async () => {
		const { id } = await scripted(ada, [{ say: "secret" }]);
		const call = { name: "ask", arguments: { message: "hi" } };
		for (const [caller, agentId] of [
			[asCaller("usr_bob"), id],
			[ada, "agt_nothing"],
		] as const) {
			const answer = await ask(caller, "tools/call", call, endpoint(agentId));
			expect(answer).toMatchObject({ status: 404, error: { data: { code: "not_found" } } });
			expect(JSON.stringify(answer)).not.toContain("secret");
		}
		expect((await ask(anonymous, "tools/list", {}, endpoint(id))).status).toBe(401);
	});
});

test("a conversation goes on in its session", async () => {
	const { id } = await scripted(ada, [[{ say: "first" }], [{ say: "second" }]]);
	const first = await said(ada, id, { message: "one" });
	const second = await said(ada, id, { message: "two", sessionId: first.sessionId });
	expect([first.response, second.response]).toEqual(["first", "second"]);
	expect(await messages(ada, first.sessionId)).toHaveLength(4);
});

test("a question is an answer, and a call that needs approval is told with its place", async () => {
	const { id: asks } = await scripted(ada, [[{ ask: "Which one?" }, { say: "Then {{result}}." }]], {
		tools: ["ask_user"],
	});
	const question = await said(ada, asks, { message: "go" });
	expect(question).toMatchObject({ response: "Which one?", status: "input_required" });
	expect(await said(ada, asks, { message: "the red", sessionId: question.sessionId })).toMatchObject({
		...{ response: expect.stringContaining("the red") as string, executionId: question.executionId },
	});
	const { id } = await scripted(ada, [[{ call: "test_guarded", input: { n: 1 } }, { say: "{{result}}" }]], {
		tools: ["test_guarded"],
	});
	const { response, executionId } = await said(ada, id, { message: "go" });
	const { output } = await execution(ada, executionId);
	const path = `/api/v1/agents/executions/${executionId}/approvals/${output?.approvals?.[0]?.id}`;
	expect(response).toContain(path);
	await expectJson(await ada.post(path, { decision: "approve" }), 200);
});

test("there is nothing to get or to delete", async () => {
	const { id } = await scripted(ada, [{ say: "x" }]);
	for (const method of ["GET", "DELETE"]) {
		const response = await ada.send(method, endpoint(id).path);
		expect(response.status).toBe(405);
		expect(response.headers.get("allow")).toContain("POST");
	}
});

test("a failing agent is a result that says so", async () => {
	const { id } = await scripted(ada, [{ fail: "The model is out of order.", status: 400 }]);
	const answer = await modern(ada, "tools/call", { name: "ask", arguments: { message: "hi" } }, endpoint(id));
	expect(answer.result?.isError).toBe(true);
	expect(textOf(answer)).toContain("out of order");
});
