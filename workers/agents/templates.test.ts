import { expect, test } from "vitest";
import type { Agent } from "#agents/schema";
import { asCaller } from "../../test/support/as-caller.ts";
import { ask, expectJson, expectProblem, newAgent } from "./testing.ts";

const ada = asCaller("usr_ada");
const bob = asCaller("usr_bob");
const config = { systemPrompt: "Be kind.", temperature: 0.1, tools: ["current_time"], limits: { steps: 2 } };

async function instantiate(templateId: string, changes: object, caller = ada): Promise<Response> {
	return await caller.post(`/api/v1/agents/templates/${templateId}/instantiate`, changes);
}

async function template(fields: object = {}): Promise<string> {
	const agent = await newAgent(ada, config, { name: "Mould", isTemplate: true, category: "moulds", ...fields });
	expect(agent.templateId).toMatch(/^tpl_/);
	return agent.templateId!;
}

test("an agent can be saved as a template, from which others are made", async () => {
	const id = await template({ skills: ["kindness"] });
	expect(await expectJson(await ada.get(`/api/v1/agents/templates/${id}`), 200)).toMatchObject({
		...{ id, name: "Mould", category: "moulds", isPublic: false, ownerId: "usr_ada" },
		defaultConfig: config,
	});
	const agent = await expectJson<Agent>(await instantiate(id, { name: "Cast" }), 201);
	expect(agent).toMatchObject({ name: "Cast", skills: ["kindness"], config, version: "1.0.0" });
	expect((await ask(ada, agent.id, "say hi")).response).toBe("hi");
});

test("what is not changed stays as the template has it", async () => {
	const id = await template();
	const agent = await expectJson<Agent>(await instantiate(id, { config: { maxTokens: 9 } }), 201);
	expect(agent.config).toMatchObject({ ...config, maxTokens: 9, model: "local/dev" });
	await expectProblem(await instantiate(id, { config: { tools: ["nothing"] } }), 422, "invalid_input");
});

test("a public template is read and used by everyone, and deleted by its owner alone", async () => {
	const id = await template({ shared: true });
	const agent = await expectJson<Agent>(await instantiate(id, {}, bob), 201);
	expect(agent).toMatchObject({ ownerId: "usr_bob", shared: false });
	await expectProblem(await bob.send("DELETE", `/api/v1/agents/templates/${id}`), 403, "forbidden");
	expect((await ada.send("DELETE", `/api/v1/agents/templates/${id}`)).status).toBe(204);
	await expectProblem(await bob.get(`/api/v1/agents/templates/${id}`), 404, "not_found");
});

test("the list has one's own templates and public ones", async () => {
	const hidden = await template();
	const open = await template({ shared: true });
	const ids = async (caller = ada) =>
		(
			await expectJson<{ templates: Array<{ id: string }> }>(
				await caller.get("/api/v1/agents/templates?limit=100"),
				200,
			)
		).templates.map(({ id }) => id);
	expect(await ids()).toEqual(expect.arrayContaining([hidden, open]));
	expect(await ids(bob)).toContain(open);
	expect(await ids(bob)).not.toContain(hidden);
});
