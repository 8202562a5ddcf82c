/** What the gateway takes from its bindings; nothing else reads them. */
import { drizzle } from "drizzle-orm/d1";
import { madeOnce } from "#core/made-once";
import { type SpanQueue, spanQueueSink } from "#core/span-queue";
import type { GatewayContext, UserAccess } from "#gateway/context";
import { type Service, services } from "#gateway/scopes";
import type { Domain } from "#http/app";
import type { OwnEnv } from "./routes/app.ts";
import { tellAccess } from "./tell-access.ts";

export type Bindings = OwnEnv["bindings"];

const openDb = madeOnce((database: D1Database) => drizzle(database));

export const domain: Domain<OwnEnv, GatewayContext> = {
	service: "gateway",
	spans: ({ bindings }, background) => spanQueueSink("gateway", bindings.TELEMETRY, background),
	context: ({ bindings, settings }, scope) =>
		Object.assign(scope, {
			db: openDb(bindings.DB),
			tokenKey: settings.tokenKey,
			firstAdmin: settings.firstAdmin,
			account: (userId: string) => accountOf(bindings, userId),
			loginAttempts: (key: string) => bindings.LOGIN_ATTEMPTS.getByName(key),
			// Whose triggers begin executions.
			tellAccess: (access: UserAccess) => tellAccess(bindings.WORKFLOW_ENGINE, access),
			services: servicesOf(bindings),
		}),
	probes: ({ bindings }) => ({ database: () => bindings.DB.prepare("SELECT 1").run() }),
};

export function accountOf(env: Bindings, userId: string) {
	return env.ACCOUNT.getByName(userId);
}

export function addressLimitOf(env: Bindings, key: string) {
	return env.ADDRESS_LIMIT.getByName(key);
}

export function serviceOf(env: Bindings, service: Service): Fetcher {
	return env[bindingNames[service]];
}

export function assetsOf(env: Bindings): Fetcher {
	return env.ASSETS;
}

export function telemetryOf(env: Bindings): SpanQueue {
	return env.TELEMETRY;
}

export function servicesOf(env: Bindings): Record<Service, Fetcher> {
	return Object.fromEntries(services.map((service) => [service, serviceOf(env, service)])) as Record<Service, Fetcher>;
}

const bindingNames = {
	agents: "AGENTS",
	orchestrator: "ORCHESTRATOR",
	rag: "RAG",
	tools: "TOOLS",
	sqltool: "SQLTOOL",
	"workflow-engine": "WORKFLOW_ENGINE",
	observability: "OBSERVABILITY",
} as const satisfies Record<Service, keyof GatewayEnv>;
