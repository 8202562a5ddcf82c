/** The `fetch` that tools get: public addresses, and what the deployment allows besides. */
import { egressFetch } from "#core/egress";
import { egressPolicy } from "#core/egress-policy";

export function fetchFor({ EGRESS_ALLOW }: Pick<ToolsEnv, "EGRESS_ALLOW">): typeof fetch {
	return egressFetch(egressPolicy(EGRESS_ALLOW));
}
