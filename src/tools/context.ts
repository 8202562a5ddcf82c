/** What the verbs of the tools domain work with, for one request. */
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { Caller } from "#core/caller";
import type { EgressPolicy } from "#core/egress";
import type { Span } from "#core/telemetry";
import type { RagClient } from "#rag/client";
import type { RunKeys } from "#run/run-keys-object";
import type { FileStore } from "./standard/file/file-store.ts";
import type { McpServerClient } from "./mcp/mcp-server-client.ts";
import type { Limiter } from "./admit-call.ts";
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
	/** What that is. */
	egress: EgressPolicy;
	span: Span;
	/** A connection to an MCP server, by its `connectionName`. */
	mcpConnection(name: string): McpServerClient;
	/** Indexes of documents. */
	rag: RagClient;
	/** What holds the tool of an id to its limits. */
	limiter(toolId: string): Limiter;
	/** Seals the secrets of MCP servers and custom tools. */
	sealingKey(): Promise<CryptoKey>;
}

export interface ToolsContext extends CallContext {
	/** The object that is home to executions. */
	home(name: string): ToolHome;
	/** The JSON of a result that was too long for its run; null past its retention. */
	storedResult(runId: string): Promise<R2ObjectBody | null>;
	/** The idempotency keys of a user. */
	keys(userId: string): Pick<RunKeys, "claim">;
	/** The files of the file tools. */
	files: Pick<FileStore, "list" | "read">;
	/** Signs what an MCP client brings back with its answer. */
	requestStateKey(): Promise<Uint8Array>;
	/** Origin under which clients reach the platform. */
	origin: string;
}
