/** How stores reach the network. */
import type { EgressPolicy } from "#core/egress";

export interface StoreSurroundings {
	/** By `egress` already: see `egressFetch`. */
	fetch: typeof fetch;
	/** For what is no HTTP. */
	egress: EgressPolicy;
	/** For each call of a store. */
	timeoutMs: number;
}
