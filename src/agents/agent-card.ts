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
		skills: (skills.length > 0 ? skills : ["chat"]).map((skill) => ({
			id: skill.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-"),
			name: skill,
			description: `${name}: ${skill}`,
			tags: [skill],
		})),
	};
}
