/** The Hono app on which the gateway's own routes are mounted. */
import type { GatewayContext } from "#gateway/context";
import type { GatewayVars, Settings } from "#gateway/settings";
import type { App } from "#http/app";

/** The gateway's own endpoints are served like a domain's, behind the same door. */
export interface OwnEnv {
	bindings: GatewayEnv & GatewayVars;
	settings: Settings;
}

export type GatewayApp = App<OwnEnv, GatewayContext>;
