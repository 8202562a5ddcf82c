import { exports } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { Caller } from "#core/caller";
import { asAppError } from "#core/errors";
import type { ToolsClient } from "#tools/client";
import { asCaller } from "../../test/support/as-caller.ts";
import { call as execute, expectJson, newTool } from "./testing.ts";

const { ToolsEntrypoint: client } = exports as unknown as { ToolsEntrypoint: ToolsClient };
const ada = asCaller("usr_ada");

function callerOf(userId: string, fields: Partial<Caller> = {}): Caller {
	return { userId, role: "user", requestId: "req_1", traceparent: "", ...fields };
}

async function refusal(call: Promise<unknown>): Promise<string | undefined> {
	try {
		await call;
	} catch (error) {
		return asAppError(error)?.code;
	}
	throw new Error("The call was not refused.");
}

describe("another Worker", () => {
	test("is told of the tools that its caller may call, and of no others", async () => {
		const { id } = await newTool(ada);
		const ids = [id, "math_evaluate", "nothing"];
		expect((await client.describe(callerOf("usr_ada"), ids)).map((tool) => tool.id)).toEqual([id, "math_evaluate"]);
		const [known] = await client.describe(callerOf("usr_bob"), ids);
		expect(known).toMatchObject({ id: "math_evaluate", writes: false, inputSchema: { type: "object" } });
		expect(await refusal(client.call(callerOf("usr_bob"), id, { n: 1 }))).toBe("not_found");
	});

	test("gets what a tool answers, and why it did not", async () => {
		const { id } = await newTool(ada);
		expect((await client.call(callerOf("usr_ada"), id, { n: 3 })).value).toEqual({ twice: 6 });
		expect(await refusal(client.call(callerOf("usr_ada"), id, {}))).toBe("invalid_input");
		const { id: broken } = await newTool(ada, { source: "export function run() { throw new Error('no'); }" });
		expect(await refusal(client.call(callerOf("usr_ada"), broken, { n: 1 }))).toBe("tool_failed");
	});

	test("writes once under one key, each time without, and never for a viewer", async () => {
		const owner = "usr_rpc";
		const write = (content: string, fields: Partial<Caller>) =>
			client.call(callerOf(owner, fields), "file_write", { path: "rpc.txt", content });
		const read = async () => (await execute(asCaller(owner), "file_read", { path: "rpc.txt" })).result;
		await write("first", { idempotencyKey: "run_1:call_1" });
		await write("again", { idempotencyKey: "run_1:call_1" });
		expect(await read()).toMatchObject({ content: "first" });
		await write("second", {});
		await write("third", {});
		expect(await read()).toMatchObject({ content: "third" });
		expect(await refusal(write("viewer's", { role: "viewer" }))).toBe("forbidden");
		const { executions } = await expectJson<{ executions: object[] }>(
			await asCaller(owner).get("/api/v1/tools/executions"),
			200,
		);
		expect(executions.length).toBeLessThanOrEqual(3);
	});
});
