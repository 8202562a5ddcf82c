import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { Agent } from "#agents/schema";
import { asCaller } from "../../test/support/as-caller.ts";
import { agentBody, ask, execute, expectJson, expectProblem, newAgent, scripted } from "./testing.ts";

const ada = asCaller("usr_ada");
const bob = asCaller("usr_bob");
const admin = asCaller("usr_admin", "admin");

async function list(caller = ada, query = ""): Promise<{ agents: Agent[]; nextCursor?: string }> {
	return await expectJson(await caller.get(`/api/v1/agents${query}`), 200);
}

async function change(id: string, changes: object, caller = ada): Promise<Response> {
	return await caller.send("PATCH", `/api/v1/agents/${id}`, changes);
}

test("an agent is created with defaults, read, changed and deleted", async () => {
	const agent = await newAgent(ada, {}, { name: "  Keeper  ", skills: ["time"] });
	expect(agent).toMatchObject({
		name: "Keeper",
		description: null,
		ownerId: "usr_ada",
		status: "active",
		shared: false,
		version: "1.0.0",
		config: { temperature: 0.7, maxTokens: 2_000, tools: [], limits: { steps: 16 }, multitaskStrategy: "reject" },
		a2aCardUrl: `http://domain/api/v1/agents/${agent.id}/card`,
	});
	expect(await expectJson(await ada.get(`/api/v1/agents/${agent.id}`), 200)).toEqual(agent);
	const changed = await expectJson<Agent>(await change(agent.id, { name: "Clock" }), 200);
	expect(changed).toMatchObject({ name: "Clock", version: "1.0.1", skills: ["time"], createdAt: agent.createdAt });
	expect((await ada.send("DELETE", `/api/v1/agents/${agent.id}`)).status).toBe(204);
	await expectProblem(await ada.get(`/api/v1/agents/${agent.id}`), 404, "not_found");
	await expectProblem(await execute(ada, agent.id, "hello"), 404, "not_found");
});

test.each(["langchain", "llamaindex", "crewai", "semantic_kernel"])(
	"the framework %s is accepted",
	async (framework) => {
		const { id } = await newAgent(ada, {}, { framework });
		expect((await ask(ada, id, "say hi")).response).toBe("hi");
	},
);

test("what is wrong with a definition is named, field by field", async () => {
	const { errors } = await expectProblem(
		await ada.post("/api/v1/agents", { ...agentBody, name: "", config: { model: "local/dev", temperature: 9 } }),
		422,
		"invalid_input",
	);
	expect(errors).toMatchObject([{ pointer: "/name" }, { pointer: "/config/temperature" }]);
	const unknown = await ada.post("/api/v1/agents", {
		...agentBody,
		config: { model: "local/dev", tools: ["current_time", "format_disk"] },
	});
	expect((await expectProblem(unknown, 422, "invalid_input")).errors).toMatchObject([{ pointer: "/config/tools/1" }]);
	const model = await ada.post("/api/v1/agents", { ...agentBody, config: { model: "nothing" } });
	await expectProblem(model, 422, "invalid_input");
});

test("every change is a version; the versions are listed newest first", async () => {
	const { id } = await newAgent(ada);
	await change(id, { name: "Two" });
	await change(id, { config: { model: "local/dev", systemPrompt: "three" } });
	const { versions } = await expectJson<{ versions: object[] }>(await ada.get(`/api/v1/agents/${id}/versions`), 200);
	expect(versions).toMatchObject([
		{ version: "1.0.2", name: "Two", config: { systemPrompt: "three" }, createdBy: "usr_ada" },
		{ version: "1.0.1", name: "Two", config: { systemPrompt: "" } },
		{ version: "1.0.0", name: "Test" },
	]);
});

test("of changes made at once one wins each time, and nothing that was answered is lost", async () => {
	const { id } = await newAgent(ada);
	const responses = await Promise.all([1, 2, 3, 4, 5].map((n) => change(id, { name: `Name ${n}` })));
	const won = responses.filter(({ status }) => status === 200);
	expect(won.length).toBeGreaterThan(0);
	for (const response of responses) if (response.status !== 200) await expectProblem(response, 409, "conflict");
	const names = await Promise.all(won.map(async (response) => (await response.json<Agent>()).name));
	const { versions } = await expectJson<{ versions: Array<{ name: string }> }>(
		await ada.get(`/api/v1/agents/${id}/versions`),
		200,
	);
	expect(versions.map(({ name }) => name).toSorted()).toEqual(["Test", ...names].toSorted());
});

test("a shared agent is read and run by everyone and changed by its owner alone", async () => {
	const { id } = await scripted(ada, [{ say: "shared answer" }], {}, { shared: true });
	expect((await ask(bob, id, "hello")).response).toBe("shared answer");
	expect((await list(bob)).agents.map((agent) => agent.id)).toContain(id);
	await expectProblem(await change(id, { name: "Mine" }, bob), 403, "forbidden");
	await expectProblem(await bob.send("DELETE", `/api/v1/agents/${id}`), 403, "forbidden");
	await expectJson(await change(id, { shared: false }), 200);
	await expectProblem(await execute(bob, id, "hello"), 404, "not_found");
	expect((await list(bob)).agents.map((agent) => agent.id)).not.toContain(id);
	expect((await list(admin, "?limit=100")).agents.map((agent) => agent.id)).toContain(id);
});

test("an inactive agent does not run until it is active again", async () => {
	const { id } = await newAgent(ada);
	await change(id, { status: "inactive" });
	await expectProblem(await execute(ada, id, "hello"), 409, "conflict");
	expect(await expectJson(await ada.get(`/api/v1/agents/${id}/health`), 200)).toMatchObject({ status: "unhealthy" });
	await change(id, { status: "active" });
	expect((await execute(ada, id, "hello")).status).toBe(200);
	await expectProblem(await change(id, { status: "error" }), 422, "invalid_input");
});

test("lists are paged, newest first, without gap or repeat, also by skill", async () => {
	const cara = asCaller(`usr_${crypto.randomUUID()}`);
	const made: string[] = [];
	for (let n = 0; n < 7; n++) made.unshift((await newAgent(cara, {}, { skills: n % 2 ? ["odd"] : ["even", "'"] })).id);
	const seen: string[] = [];
	let query = "?limit=3";
	for (;;) {
		const { agents, nextCursor } = await list(cara, query);
		seen.push(...agents.map(({ id }) => id));
		if (!nextCursor) break;
		query = `?limit=3&cursor=${nextCursor}`;
	}
	expect([...seen].toSorted()).toEqual([...made].toSorted());
	expect((await list(cara, "?skill=odd")).agents).toHaveLength(3);
	expect((await list(cara, "?skill=%27")).agents).toHaveLength(4);
	expect((await list(cara, "?skill=od")).agents).toEqual([]);
	for (const bad of ["?limit=0", "?limit=101", "?limit=x", "?cursor=x", "?cursor=WzEsMl0"]) {
		await expectProblem(await cara.get(`/api/v1/agents${bad}`), 422, "invalid_input");
	}
});

test("skills are counted over the agents that the caller sees", async () => {
	const cara = asCaller(`usr_${crypto.randomUUID()}`);
	const unique = crypto.randomUUID();
	await newAgent(cara, {}, { skills: [unique, "time"] });
	await newAgent(cara, {}, { skills: [unique] });
	const skills = async (caller = cara) =>
		(await expectJson<{ skills: object[] }>(await caller.get("/api/v1/agents/skills"), 200)).skills;
	expect(await skills()).toContainEqual({ name: unique, agents: 2 });
	expect(await skills(bob)).not.toContainEqual(expect.objectContaining({ name: unique }));
	expect(await skills(admin)).toContainEqual({ name: unique, agents: 2 });
});

test("health tells why an agent could not run", async () => {
	const { id } = await newAgent(ada, { model: "gpt-4" });
	expect(await expectJson(await ada.get(`/api/v1/agents/${id}/health`), 200)).toMatchObject({
		status: "unhealthy",
		agentId: id,
		reason: expect.stringContaining("OPENAI_API_KEY"),
	});
	const healthy = await newAgent(ada);
	expect(await expectJson(await ada.get(`/api/v1/agents/${healthy.id}/health`), 200)).toEqual({
		status: "healthy",
		agentId: healthy.id,
	});
});

test("the card has what A2A 1.0 §4.4.1 requires, and lists no interface that does not exist", async () => {
	const { id } = await newAgent(
		ada,
		{},
		{ name: "Carder", description: "Plays cards.", skills: ["Card games", "Poker"] },
	);
	const card = await expectJson<Record<string, unknown>>(await ada.get(`/api/v1/agents/${id}/card`), 200);
	expect(card).toMatchObject({
		name: "Carder",
		description: "Plays cards.",
		version: "1.0.0",
		supportedInterfaces: [],
		capabilities: { streaming: true, pushNotifications: false, extendedAgentCard: false },
		defaultInputModes: ["text/plain"],
		defaultOutputModes: ["text/plain"],
		skills: [
			{ id: "card-games", name: "Card games", tags: ["Card games"], description: expect.any(String) },
			{ id: "poker", name: "Poker" },
		],
	});
	// Members of 0.3 that 1.0 has dropped.
	for (const gone of ["protocolVersion", "url", "preferredTransport", "additionalInterfaces", "security"]) {
		expect(card).not.toHaveProperty(gone);
	}
	expect(JSON.stringify(card)).toContain('"framework":"langchain"');
});

test("skills of a card have ids of their own, whatever they are called", async () => {
	const { id } = await newAgent(ada, {}, { skills: ["a b", "a-b", "日本語", "!!!"] });
	const card = await expectJson<{ skills: Array<{ id: string }> }>(await ada.get(`/api/v1/agents/${id}/card`), 200);
	const ids = card.skills.map((skill) => skill.id);
	expect(new Set(ids).size).toBe(4);
	expect(ids).not.toContain("");
});

test("only the owner's rows are deleted with an agent", async () => {
	const [first, second] = [await newAgent(ada), await newAgent(ada)];
	await ada.send("DELETE", `/api/v1/agents/${first.id}`);
	const count = async (id: string) =>
		(await env.DB.prepare("SELECT count(*) AS n FROM agent_versions WHERE agent_id = ?").bind(id).first("n")) as number;
	expect([await count(first.id), await count(second.id)]).toEqual([0, 1]);
});
