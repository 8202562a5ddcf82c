import { expect, test } from "vitest";
import type { AgentTool } from "./agent-tool.ts";
import { findTools, maxOffered, offeredTools } from "./find-tools.ts";

function tool(name: string, description = name): AgentTool {
	const inputSchema = { type: "object" as const };
	const described = { id: `id_${name}`, name, description, version: "1.0.0", inputSchema };
	return { ...described, writes: false, ofAgent: true, execute: async () => null };
}

const many = Array.from({ length: maxOffered * 2 }, (_, i) => tool(`tool_${i}`));
const own = { ...tool("current_time"), ofAgent: false };
const search = findTools(many);
const offered = (calls: Parameters<typeof offeredTools>[1]) =>
	offeredTools([own, search, ...many], calls).map(({ name }) => name);
const call = (toolId: string, output: unknown) => ({ toolId, input: {}, output, duration: 1 });

test("without a search among them all tools are offered", () => {
	expect(offeredTools([own, ...many], [])).toHaveLength(many.length + 1);
});

test("with many, only the search and what is not the agent's is offered", () => {
	expect(offered([])).toEqual(["current_time", "find_tools"]);
});

test("what was found or used is offered from then on, the latest first to stay", () => {
	const found = call("find_tools", { tools: many.slice(0, 3) });
	expect(offered([found])).toEqual(["current_time", "find_tools", "tool_0", "tool_1", "tool_2"]);
	expect(offered([call("id_tool_9", null)])).toContain("tool_9");
	const flood = call("find_tools", { tools: many });
	expect(offered([flood])).toHaveLength(maxOffered + 2);
	expect(offered([flood])).toContain(`tool_${many.length - 1}`);
});

test.each([
	["weather tomorrow", "forecast"],
	["send an email", "mail_send"],
	["Rechnungen prüfen", "invoices"],
])("%s finds %s first", async (query, name) => {
	const tools = [
		tool("forecast", "Tells the weather of tomorrow."),
		tool("mail_send", "Sends an email to people."),
		tool("invoices", "Rechnungen prüfen und buchen."),
	];
	const result = await findTools(tools).execute({ query }, {} as never);
	expect(result).toMatchObject({ tools: [{ name }, ...[]] });
});

test("what nothing matches finds nothing", async () => {
	expect(await search.execute({ query: "zzz" }, {} as never)).toEqual({ tools: [] });
});
