/** Kept calls of custom tools that call out: what they call may fail, and work a moment later. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { asCaller } from "../../test/support/as-caller.ts";
import { begin, call, eventsOf, reached, toolOf } from "./testing.ts";

const ada = asCaller("usr_ada");
const host = "127.0.0.1:9";

afterEach(() => {
	vi.restoreAllMocks();
});

/** Stands in for the server: it is not there for the first request, and answers all others; the keys that it saw. */
function serverThatComesBack(): (string | null)[] {
	const keys: (string | null)[] = [];
	vi.spyOn(globalThis, "fetch").mockImplementation(async (_, init) => {
		keys.push(new Headers(init?.headers).get("idempotency-key"));
		if (keys.length === 1) throw new TypeError("connection reset");
		return new Response("done");
	});
	return keys;
}

async function callingTool(body: string): Promise<string> {
	const source = `export async function run() {
		const order = () => fetch("http://${host}/orders", { method: "POST" });
		${body}
	}`;
	return (await toolOf(ada, source, { hosts: [host] })).id;
}

describe("a call whose server is not there", () => {
	test("is made again under the same key, where the script lets the failure through", async () => {
		const keys = serverThatComesBack();
		const id = await begin(ada, await callingTool("return await (await order()).text();"), {});
		expect(await reached(ada, id, "completed", "failed")).toMatchObject({ status: "completed", output: "done" });
		expect(keys).toEqual([`${id}:1`, `${id}:1`]);
		expect(await eventsOf(ada, id)).toEqual([
			...["run.queued", "run.started", "run.retrying", "run.started", "run.completed"],
		]);
	});

	test.each([
		["throws what it makes of it", 'await order().catch((e) => { throw new Error("Not ordered: " + e.message); });'],
		["fails by itself afterwards", 'await order().catch(() => {}); throw new Error("Something else.");'],
		[
			"throws an error of the same words and another kind",
			"await order().catch((e) => { throw new TypeError(e.message); });",
		],
	])("is the tool's own failure, where it %s", async (_, body) => {
		const keys = serverThatComesBack();
		const id = await begin(ada, await callingTool(body), {});
		expect(await reached(ada, id, "completed", "failed")).toMatchObject({
			status: "failed",
			error: { code: "tool_failed" },
		});
		expect(keys).toHaveLength(1);
	});

	test("says what the tool wrote to its console, where somebody waits for it", async () => {
		serverThatComesBack();
		const id = await callingTool('console.log("before"); await order();');
		expect(await call(ada, id, {})).toMatchObject({
			...{ status: "error", error: `${host} could not be reached.`, logs: ["before"] },
		});
	});

	test("is not made again for what never passes", async () => {
		const keys = serverThatComesBack();
		const id = await begin(ada, await callingTool('await fetch("https://example.com/");'), {});
		expect(await reached(ada, id, "completed", "failed")).toMatchObject({ error: { code: "tool_failed" } });
		expect(keys).toHaveLength(0);
	});
});
