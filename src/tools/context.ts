/** What the verbs of the tools domain work with, for one request. */
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { Caller } from "#core/caller";
import type { Span } from "#core/telemetry";
import type { RunKeys } from "#run/run-keys-object";
import type { StandardTool } from "./standard/standard-tool.ts";
import type { ToolHome } from "./tool-home.ts";

export type ToolsDb = DrizzleD1Database & { $client: D1Database };

/** What a call needs, whether a request or a run makes it. */
export interface CallContext {
	readonly caller: Caller;
	db: ToolsDb;
	/** By id. */
	standardTools: ReadonlyMap<string, StandardTool>;
	/** Calls public addresses, and what the deployment allows besides. */
	fetch: typeof fetch;
	span: Span;
	/** Seals the secrets of MCP servers and custom tools. */
	sealingKey(): Promise<CryptoKey>;
}

export interface ToolsContext extends CallContext {
	/** The object that is home to executions. */
	home(name: string): ToolHome;
	/** The idempotency keys of a user. */
	keys(userId: string): Pick<RunKeys, "claim">;
	/** Origin under which clients reach the platform. */
	origin: string;
}
