/** The deployment's exceptions for outgoing requests, from `EGRESS_ALLOW`. */
import type { EgressPolicy } from "./egress.ts";

export function egressPolicy(allow: string): EgressPolicy {
	return {
		allow: allow
			.split(",")
			.map((entry) => entry.trim())
			.filter(Boolean),
	};
}
