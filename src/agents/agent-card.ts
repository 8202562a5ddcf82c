/** The A2A 1.0 AgentCard of an agent (A2A §4.4.1); it lists the interfaces that exist. */
import { version } from "#core/version";
import type { AgentRow } from "./store.ts";

export function agentCard(
	{ name, description, version: agentVersion, skills, framework, config }: AgentRow,
	origin: string,
) {
	return {
		name,
		description: description ?? `The agent ${name}.`,
		version: agentVersion,
		supportedInterfaces: [],
		provider: { organization: "Agentic Edge", url: origin },
		documentationUrl: `${origin}/docs`,
		capabilities: {
			streaming: true,
			pushNotifications: false,
			extendedAgentCard: false,
			extensions: [
				{
					uri: "urn:agentic-edge:runtime",
					description: "Every framework's agents run on the platform's native loop; `framework` names their style.",
					required: false,
					params: { framework, runtime: "native", model: config.model, platformVersion: version },
				},
			],
		},
		defaultInputModes: ["text/plain"],
		defaultOutputModes: ["text/plain"],
		securitySchemes: {
			bearer: { httpAuthSecurityScheme: { scheme: "Bearer", bearerFormat: "JWT" } },
			apiKey: { apiKeySecurityScheme: { location: "header", name: "X-API-Key" } },
		},
		securityRequirements: [{ schemes: { bearer: { list: [] } } }, { schemes: { apiKey: { list: [] } } }],
		skills: withIds(skills.length > 0 ? skills : ["chat"]).map(([id, skill]) => ({
			...{ id, name: skill },
			description: `${name}: ${skill}`,
			tags: [skill],
		})),
	};
}

/** Ids that can be read, and are never the same for two skills. */
function withIds(skills: string[]): Array<[id: string, skill: string]> {
	const ids = new Map<string, string>();
	for (const [i, skill] of skills.entries()) {
		const words = skill.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ["skill"];
		const id = words.join("-");
		ids.set(ids.has(id) ? `${id}-${i + 1}` : id, skill);
	}
	return [...ids];
}
