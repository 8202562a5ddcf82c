import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import type { ToolCallScope } from "./agent-tool.ts";
import { sessionMemory } from "./session-memory.ts";

test("the newest notes are kept, whatever their keys", async () => {
	await runInDurableObject(env.SESSIONS.getByName("memory"), async (_object, state) => {
		const [remember, recall] = sessionMemory(state.storage.sql) as [Tool, Tool];
		for (let i = 0; i < 205; i++) await remember.execute({ key: `z${1_000 - i}`, value: `${i}` }, scope);
		await remember.execute({ key: "z900", value: "again" }, scope);
		const { notes } = (await recall.execute({}, scope)) as { notes: { key: string; value: string }[] };
		expect(notes).toHaveLength(200);
		expect(notes.at(-1)).toEqual({ key: "z900", value: "again" });
		expect(notes.some(({ key }) => key === "z1000")).toBe(false);
	});
});

type Tool = ReturnType<typeof sessionMemory>[number];

const scope = {} as ToolCallScope;
