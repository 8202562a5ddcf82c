/**
 * The settings and secrets that each Worker takes from the environment, locally and in a deployment. Two more sources
 * count without standing here: the `[vars]` (with their defaults) and `[secrets]` of a Worker's wrangler.toml.
 */
import type { Environment } from "./environment.ts";
import type { WorkerConfig } from "./workers.ts";

type Setting = string | number | boolean;

const providers = [
	"OPENAI_API_KEY",
	"OPENAI_BASE_URL",
	"ANTHROPIC_API_KEY",
	"ANTHROPIC_BASE_URL",
	"GOOGLE_GENERATIVE_AI_API_KEY",
	"GOOGLE_GENERATIVE_AI_BASE_URL",
	"AZURE_API_KEY",
	"AZURE_RESOURCE_NAME",
	"AZURE_BASE_URL",
	"AZURE_API_VERSION",
];

const rerankers = [
	"COHERE_API_KEY",
	"COHERE_BASE_URL",
	"JINA_API_KEY",
	"JINA_BASE_URL",
	"VOYAGE_API_KEY",
	"VOYAGE_BASE_URL",
];

/** Which outgoing addresses may be private; unset in a deployment, loopback on a developer's machine. */
const everywhere = ["EGRESS_ALLOW"];

const settings: Record<string, { required?: string[]; optional?: string[] }> = {
	gateway: {
		required: ["JWT_SECRET", "ADMIN_EMAIL", "ADMIN_PASSWORD"],
		optional: [
			"RATE_LIMIT_PER_MINUTE",
			"ANONYMOUS_LIMIT_PER_MINUTE",
			"LOGIN_LIMIT_PER_MINUTE",
			"TRUST_CF_CONNECTING_IP",
			"ALLOWED_ORIGINS",
			"GATEWAY_TIMEOUT_MS",
		],
	},
	agents: { optional: providers },
	rag: { optional: [...providers, ...rerankers] },
	tools: { optional: ["SEARCH_PROVIDER", "SEARCH_URL", "SEARCH_API_KEY"] },
};

export function settingNames(worker: WorkerConfig): string[] {
	const optional = settings[worker.name]?.optional ?? [];
	return unique([...everywhere, ...Object.keys(worker.config.vars), ...requiredSecrets(worker), ...optional]);
}

/** Without these the Worker does not do its work. */
export function requiredSecrets({ name, config }: WorkerConfig): string[] {
	return unique([...(config.secrets?.required ?? []), ...(settings[name]?.required ?? [])]);
}

/** The Worker's settings that have a value in the environment; empty counts as unset. */
export function settingsOf(worker: WorkerConfig, environment: Environment): Record<string, Setting> {
	return Object.fromEntries(
		settingNames(worker).flatMap((name) => {
			const text = environment[name];
			return text ? [[name, typedLike(worker.config.vars[name], text)]] : [];
		}),
	);
}

/** A variable whose default in wrangler.toml is a number or a boolean stays one. */
function typedLike(initial: unknown, text: string): Setting {
	if (typeof initial === "number") return Number(text);
	if (typeof initial === "boolean") return text === "true";
	return text;
}

function unique(names: string[]): string[] {
	return [...new Set(names)];
}
