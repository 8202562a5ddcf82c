/** The parts of indexes, from the bindings of the Worker. */
import { sealingKey } from "#core/crypto";
import { egressPolicy } from "#core/egress-policy";
import { madeOnce } from "#core/made-once";
import { deploymentProviders, type ProviderEnv } from "#models/provider";
import { IndexParts } from "./index-parts.ts";

type Env = Pick<RagEnv, "SECRETS_KEY" | "EGRESS_ALLOW"> & ProviderEnv;

export const indexPartsOf = madeOnce(
	(env: Env) =>
		new IndexParts({
			providers: deploymentProviders(env),
			egress: egressPolicy(env.EGRESS_ALLOW),
			workersAi: env.AI,
			sealingKey: () => sealingKey(env.SECRETS_KEY),
		}),
);
