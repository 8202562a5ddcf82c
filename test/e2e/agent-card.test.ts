import { AgentCard } from "@a2a-js/sdk";
import { expect, inject, test } from "vitest";
import { newPerson } from "../support/people.ts";

const instance = inject("platform");

test("an agent's card is an A2A 1.0 AgentCard, and claims no interface that does not exist", async () => {
	const ada = await newPerson(instance);
	const agent = await ada.call("POST", "/api/v1/agents", {
		name: "Time keeper",
		description: "Tells the time.",
		framework: "crewai",
		skills: ["time", "time zones"],
		config: { model: "local/dev", tools: ["current_time"], systemPrompt: "a prompt that is nobody's business" },
	});
	expect(agent.a2aCardUrl).toBe(`${instance.url}/api/v1/agents/${agent.id}/card`);
	const card = await ada.call("GET", new URL(agent.a2aCardUrl).pathname);
	expect(JSON.stringify(card)).not.toContain("nobody's business");

	// The SDK's codec keeps what A2A 1.0 declares, in its form, and drops everything else.
	const read = AgentCard.fromJSON(card);
	expect(AgentCard.toJSON(read)).toEqual(withoutEmpty(card));
	expect(read).toMatchObject({ name: "Time keeper", description: "Tells the time.", version: "1.0.0" });
	expect(read.supportedInterfaces).toEqual([]);
	expect(read.defaultInputModes).toEqual(["text/plain"]);
	expect(read.skills.map(({ id, name }) => [id, name])).toEqual([
		["time", "time"],
		["time-zones", "time zones"],
	]);
	for (const skill of read.skills)
		expect([skill.description, skill.tags.length]).toEqual([expect.stringMatching(/\w/), 1]);
	expect(Object.values(read.securitySchemes).map(({ scheme }) => scheme?.$case)).toEqual([
		"httpAuthSecurityScheme",
		"apiKeySecurityScheme",
	]);

	const bob = await newPerson(instance);
	expect((await bob.fetch("GET", `/api/v1/agents/${agent.id}/card`)).status).toBe(404);
});

/** Protobuf's JSON leaves out empty lists and a plain `false`. */
function withoutEmpty(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withoutEmpty);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.filter(([key, item]) => !(Array.isArray(item) && item.length === 0) && !(key === "required" && item === false))
			.map(([key, item]) => [key, withoutEmpty(item)]),
	);
}
