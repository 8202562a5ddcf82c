/** Which providers of rerankers the deployment has set up. */
import { type RerankingProvider, rerankingProviders } from "./vendor-reranking.ts";

/** The part of the Worker's `env` that sets up rerankers; each may be missing. */
export interface RerankEnv {
	COHERE_API_KEY?: string;
	COHERE_BASE_URL?: string;
	JINA_API_KEY?: string;
	JINA_BASE_URL?: string;
	VOYAGE_API_KEY?: string;
	VOYAGE_BASE_URL?: string;
}

export interface RerankAccess {
	apiKey?: string;
	/** Instead of the vendor's own address: what stands before `/rerank`. */
	baseUrl?: string;
}

/** An empty variable counts as unset. */
export function rerankAccess(env: RerankEnv): Record<RerankingProvider, RerankAccess> {
	const entries = rerankingProviders.map((provider) => {
		const [apiKey, baseUrl] = [env[`${upper(provider)}_API_KEY`], env[`${upper(provider)}_BASE_URL`]];
		return [provider, { ...(apiKey && { apiKey }), ...(baseUrl && { baseUrl }) }] as const;
	});
	return Object.fromEntries(entries) as Record<RerankingProvider, RerankAccess>;
}

function upper<Name extends string>(name: Name): Uppercase<Name> {
	return name.toUpperCase() as Uppercase<Name>;
}
