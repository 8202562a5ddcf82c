import { describe, expect, test } from "vitest";
import type { ExecuteToolResponse, Tool } from "#tools/schema";
import { asCaller } from "../../test/support/as-caller.ts";

const ada = asCaller("usr_ada");
const bob = asCaller("usr_bob");

describe("an index of documents", () => {
	test("is a tool that is listed and shown", async () => {
		const { tools, total } = await (await ada.get("/api/v1/tools?type=rag")).json<{ tools: Tool[]; total: number }>();
		expect({ total, ids: tools.map(({ id }) => id) }).toEqual({ total: 1, ids: ["idx_ada"] });
		const shown = await (await ada.get("/api/v1/tools/idx_ada")).json<Tool>();
		expect(shown).toMatchObject({
			...{ type: "rag", category: "rag", name: "search_ada_s_notes", title: "Ada's notes", writes: false },
			description: 'Finds passages in the documents of "Ada\'s notes": What she has noted.',
			parameters: { query: { type: "string", required: true }, limit: { type: "integer", required: false } },
		});
		const none = await (await ada.get("/api/v1/tools?type=rag&search=handbook")).json<{ total: number }>();
		expect(none.total).toBe(0);
	});

	test("is called as whoever calls it, and answers with passages that say where they stand", async () => {
		const parameters = { query: "leave", filter: { field: "year", eq: 2026 }, rerank: { depth: 20 } };
		const answer = await (await ada.post("/api/v1/tools/idx_ada/execute", { parameters })).json<ExecuteToolResponse>();
		expect(answer.status).toBe("success");
		const { passages } = answer.result as { passages: { text: string; source: string; page: number }[] };
		expect(passages[0]).toMatchObject({ source: "note.pdf, page 2", page: 2 });
		expect(JSON.parse(passages[0]!.text)).toEqual({
			...{ userId: "usr_ada", query: "leave", indexIds: ["idx_ada"], limit: 5 },
			...{ filter: { field: "year", eq: 2026 }, rerank: { depth: 20 }, hasTrace: true },
		});
	});

	test("of another is none, and a shared one is everybody's", async () => {
		expect((await bob.get("/api/v1/tools/idx_ada")).status).toBe(404);
		expect((await bob.post("/api/v1/tools/idx_ada/execute", { parameters: { query: "x" } })).status).toBe(404);
		expect((await bob.post("/api/v1/tools/idx_all/execute", { parameters: { query: "x" } })).status).toBe(200);
	});

	test("refuses what does not fit", async () => {
		const wrong = await ada.post("/api/v1/tools/idx_ada/execute", { parameters: { query: "", limit: 100 } });
		expect(wrong.status).toBe(422);
	});
});
