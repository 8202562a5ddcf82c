/** How large a custom tool may be, and how many an owner has of them and of their versions. */
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { Tool } from "#tools/schema";
import { asCaller } from "../../test/support/as-caller.ts";
import { doubler, expectJson, expectProblem, newName, newTool, refusedTool } from "./testing.ts";

const ada = asCaller("usr_ada");

/** With a description of so many characters. */
function schemaOf(length: number): object {
	return { type: "object", description: "x".repeat(length) };
}

/** The characters of a schema that are not its description. */
const around = JSON.stringify(schemaOf(0)).length;

describe("a definition", () => {
	test.each(["inputSchema", "outputSchema"])("has an %s of 64,000 characters at most", async (field) => {
		const fields = { examples: [], outputSchema: undefined };
		const { errors } = await refusedTool(ada, { ...fields, [field]: schemaOf(64_001 - around) });
		expect(errors).toMatchObject([{ pointer: `/${field}` }]);
		const { id } = await newTool(ada, { ...fields, [field]: schemaOf(64_000 - around) });
		const longer = { [field]: schemaOf(64_001 - around) };
		const refused = await expectProblem(await ada.send("PATCH", `/api/v1/tools/${id}`, longer), 422, "invalid_input");
		expect(refused.errors).toMatchObject([{ pointer: `/${field}` }]);
	});

	test("has examples of 256,000 characters at most, all together", async () => {
		const inputSchema = { type: "object" };
		const examples = (length: number) => Array.from({ length: 16 }, () => ({ input: { text: "x".repeat(length) } }));
		const { errors } = await refusedTool(ada, { inputSchema, outputSchema: undefined, examples: examples(16_000) });
		expect(errors).toMatchObject([{ pointer: "/examples" }]);
		const { id } = await newTool(ada, { inputSchema, outputSchema: undefined, examples: examples(15_900) });
		const larger = { examples: examples(16_000) };
		const refused = await expectProblem(await ada.send("PATCH", `/api/v1/tools/${id}`, larger), 422, "invalid_input");
		expect(refused.errors).toMatchObject([{ pointer: "/examples" }]);
	});
});

describe("an owner", () => {
	/** Gives the owner copies of the tool, until there are so many. */
	async function copy({ id }: Tool, count: number): Promise<void> {
		await env.DB.prepare(
			`WITH RECURSIVE numbers (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1)
			INSERT INTO tools (id, owner_id, name, description, type, config, input_schema, examples, status, shared,
				version, created_at, updated_at)
			SELECT id || n, owner_id, name || n, description, type, config, input_schema, examples, status, shared, version,
				created_at, updated_at FROM numbers, tools WHERE id = ?2`,
		)
			.bind(count, id)
			.run();
	}

	async function count(table: "tools" | "tool_versions", ownerId: string): Promise<unknown> {
		const owner = table === "tools" ? "owner_id" : "created_by";
		return await env.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE ${owner} = ?`).bind(ownerId).first("n");
	}

	test("has 500 custom tools at most, however many are created at once", async () => {
		const many = asCaller("usr_many");
		await copy(await newTool(many), 498);
		const created = await Promise.all(
			Array.from({ length: 6 }, () => many.post("/api/v1/tools", { name: newName(), ...doubler })),
		);
		expect(created.filter(({ status }) => status === 201)).toHaveLength(2);
		for (const refused of created.filter(({ status }) => status !== 201)) {
			await expectProblem(refused, 422, "limit_exceeded");
		}
		expect(await count("tools", "usr_many")).toBe(500);
		expect(await count("tool_versions", "usr_many")).toBe(3);
		const { id } = await expectJson<Tool>(
			created.find(({ status }) => status === 201)!,
			201,
		);
		await many.send("DELETE", `/api/v1/tools/${id}`);
		await newTool(many);
		await newTool(ada);
	});
});

test("of a tool the last hundred versions are kept", async () => {
	const { id } = await newTool(ada);
	await env.DB.batch([
		env.DB.prepare("UPDATE tools SET version = '1.0.120' WHERE id = ?").bind(id),
		env.DB.prepare(
			`WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 120)
			INSERT INTO tool_versions SELECT tool_id, '1.0.' || n, definition, created_by, created_at
			FROM numbers, tool_versions WHERE tool_id = ?`,
		).bind(id),
	]);
	const other = await newTool(ada);
	await expectJson(await ada.send("PATCH", `/api/v1/tools/${id}`, { description: "Other." }), 200);
	const { results } = await env.DB.prepare("SELECT version FROM tool_versions WHERE tool_id = ?").bind(id).all();
	const kept = results.map(({ version }) => Number(String(version).slice(4))).toSorted((one, two) => one - two);
	expect(kept).toEqual(Array.from({ length: 100 }, (_, i) => 22 + i));
	const others = await env.DB.prepare("SELECT version FROM tool_versions WHERE tool_id = ?").bind(other.id).all();
	expect(others.results).toHaveLength(1);
});
