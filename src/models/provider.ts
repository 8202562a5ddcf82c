/** Model providers: what is known about each one that a deployment or a user has set up. */

export const providerKinds = ["openai", "anthropic", "google", "azure", "workers-ai", "openai-compatible"] as const;

export type ProviderKind = (typeof providerKinds)[number];

export interface ProviderConfig {
	/** Models are addressed `name/model`; a provider named like its kind also serves that kind's plain names. */
	name: string;
	kind: ProviderKind;
	/** Instead of the vendor's own address. */
	baseUrl?: string;
	/** May be missing where `baseUrl` names a server that asks for none. */
	apiKey?: string;
	/** Azure: the first label of `{resourceName}.openai.azure.com`, instead of `baseUrl`. */
	resourceName?: string;
	/** Azure: `v1` by default. */
	apiVersion?: string;
	/** Workers AI: the `AI` binding. */
	binding?: Ai;
}

/** The part of a Worker's `env` that sets up providers. */
export interface ProviderEnv {
	OPENAI_API_KEY?: string;
	OPENAI_BASE_URL?: string;
	ANTHROPIC_API_KEY?: string;
	ANTHROPIC_BASE_URL?: string;
	GOOGLE_GENERATIVE_AI_API_KEY?: string;
	GOOGLE_GENERATIVE_AI_BASE_URL?: string;
	AZURE_API_KEY?: string;
	AZURE_RESOURCE_NAME?: string;
	AZURE_BASE_URL?: string;
	AZURE_API_VERSION?: string;
	AI?: Ai;
}

/** What a deployment has to set for each provider it can have, as error messages put it. */
export const deploymentSettings: Record<string, string> = {
	openai: "OPENAI_API_KEY",
	anthropic: "ANTHROPIC_API_KEY",
	google: "GOOGLE_GENERATIVE_AI_API_KEY",
	azure: "AZURE_API_KEY and AZURE_RESOURCE_NAME (or AZURE_BASE_URL)",
	"workers-ai": 'the binding AI ([ai] binding = "AI" in wrangler.toml)',
};

/** The providers that the deployment has set up, each named like its kind. An empty variable counts as unset. */
export function deploymentProviders(env: ProviderEnv): ProviderConfig[] {
	const providers: ProviderConfig[] = [
		{ name: "openai", kind: "openai", apiKey: env.OPENAI_API_KEY, baseUrl: env.OPENAI_BASE_URL },
		{ name: "anthropic", kind: "anthropic", apiKey: env.ANTHROPIC_API_KEY, baseUrl: env.ANTHROPIC_BASE_URL },
		{
			name: "google",
			kind: "google",
			apiKey: env.GOOGLE_GENERATIVE_AI_API_KEY,
			baseUrl: env.GOOGLE_GENERATIVE_AI_BASE_URL,
		},
		{
			name: "azure",
			kind: "azure",
			apiKey: env.AZURE_API_KEY,
			resourceName: env.AZURE_RESOURCE_NAME,
			baseUrl: env.AZURE_BASE_URL,
			apiVersion: env.AZURE_API_VERSION,
		},
		{ name: "workers-ai", kind: "workers-ai", binding: env.AI },
	];
	return providers.map(withoutEmpty).filter((provider) => missingSetting(provider) === undefined);
}

/** What a provider still lacks before it can be called, in words; undefined when it is complete. */
export function missingSetting({ kind, apiKey, baseUrl, resourceName, binding }: ProviderConfig): string | undefined {
	if (kind === "workers-ai") return binding ? undefined : "the deployment's AI binding";
	if (kind === "openai-compatible") return baseUrl ? undefined : "a baseUrl";
	if (kind === "azure" && !baseUrl && !resourceName) return "a baseUrl";
	return apiKey || baseUrl ? undefined : "an apiKey";
}

function withoutEmpty(config: ProviderConfig): ProviderConfig {
	return Object.fromEntries(Object.entries(config).filter(([, value]) => value)) as unknown as ProviderConfig;
}
