/** What the verbs of the workflow-engine domain work with, for one request. */
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { AgentsClient } from "#agents/client";
import type { Caller } from "#core/caller";
import type { Background } from "#core/span-queue";
import type { RunKeys } from "#run/run-keys-object";
import type { ToolsClient } from "#tools/client";
import type { TriggerHome } from "./triggers/trigger-home.ts";
import type { WorkflowHome } from "./workflow-home.ts";

export type WorkflowsDb = DrizzleD1Database & { $client: D1Database };

export interface WorkflowEngineContext {
	readonly caller: Caller;
	/** Under which clients reach the platform. */
	readonly origin: string;
	/** What need not be done before the answer. */
	readonly background: Background;
	db: WorkflowsDb;
	tools: ToolsClient;
	agents: AgentsClient;
	/** The idempotency keys of a user. */
	keys(userId: string): Pick<RunKeys, "claim">;
	/** The object that is home to some of an owner's executions. */
	home(name: string): WorkflowHome;
	/** The object that has an owner's triggers fire. */
	triggers(ownerId: string): Promise<TriggerHome>;
	/** Seals the secrets of webhooks. */
	sealingKey(): Promise<CryptoKey>;
}
