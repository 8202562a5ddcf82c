/** What the verbs of the agents domain work with, for one request. */
import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { Caller } from "#core/caller";
import type { EgressPolicy } from "#core/egress";
import type { ProviderConfig } from "#models/provider";
import type { RunKeys } from "#run/run-keys-object";
import type { ToolsClient } from "#tools/client";
import type { SessionHome } from "./session-home.ts";

export type AgentsDb = DrizzleD1Database & { $client: D1Database };

export interface AgentsContext {
	readonly caller: Caller;
	db: AgentsDb;
	/** The object that is home to a session or to a run. */
	home(name: string): SessionHome;
	/** The name of a home for a new session. */
	newHome(): string;
	/** The idempotency keys of a user. */
	keys(userId: string): Pick<RunKeys, "claim">;
	/** Tools that are not the session's own. */
	tools: ToolsClient;
	attachments: R2Bucket;
	/** The model of that name, with the caller's keys; throws `provider_not_configured`. */
	model(name: string): Promise<LanguageModelV4>;
	/** Providers that the deployment has set up. */
	providers: ProviderConfig[];
	egress: EgressPolicy;
	/** Seals provider keys. */
	sealingKey(): Promise<CryptoKey>;
	/** Origin under which clients reach the platform. */
	origin: string;
}
