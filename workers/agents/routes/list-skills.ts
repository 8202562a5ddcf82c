/** `GET /api/v1/agents/skills`: what the agents that the caller sees are good at. */
import { z } from "zod";
import { listSkills } from "#agents/store";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";

const Skill = z.object({ name: z.string(), agents: z.number().int() }).meta({ id: "Skill" });

const route = defineRoute({
	method: "get",
	path: "/api/v1/agents/skills",
	policy: "read",
	tags: ["Agents"],
	summary: "List skills",
	responses: { 200: jsonAnswer("Skills, with how many agents have each.", z.object({ skills: z.array(Skill) })) },
});

export function mountListSkills(app: AgentsApp): void {
	app.openapi(route, async (c) => c.json({ skills: await listSkills(c.var.context) }, 200));
}
