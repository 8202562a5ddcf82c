/**
 * One MCP server, or one user at a server that each user has to be authorised at: all that talks to it does so here,
 * over one connection. `connectionName` says which.
 */
import { DurableObject } from "cloudflare:workers";
import { ProtocolError } from "@modelcontextprotocol/client";
import { isoTime } from "#core/clock";
import { AppError, asAppError } from "#core/errors";
import type { AuthorizationRequest } from "#tools/mcp/oauth/begin-authorization";
import type { AuthorizationAnswer } from "#tools/mcp/oauth/issued-tokens";
import type { Begun } from "#tools/mcp/oauth/user-authorization";
import { openDb } from "#tools/store";
import { callLedger, type CallOutcome } from "./call-ledger.ts";
import { outcomeOf, refusedOutcome } from "./call-outcome.ts";
import { closableStorage } from "./closable-storage.ts";
import { connectionParts } from "./connection-name.ts";
import { requestTimeoutMs } from "./limits.ts";
import { asAnswer, late, McpFailure } from "./mcp-failure.ts";
import { progressLog } from "./progress-log.ts";
import { refreshTools } from "./refresh-tools.ts";
import type { GetMcpPrompt, McpPrompts, McpResourceContents, McpResources, McpServerHealth } from "./schema.ts";
import { type FilledPrompt, listPrompts, listResources, promptOf, resourceContentsOf } from "./server-answers.ts";
import { serverAccess } from "./server-access.ts";
import { type McpRequest, serverConnection, serverIsGone } from "./server-connection.ts";
import type { McpServerRow } from "./tables.ts";

export interface RemoteCall {
	tool: { remoteName: string; inputSchema: Record<string, unknown>; outputSchema?: Record<string, unknown> };
	arguments: Record<string, unknown>;
	/** By which `cancel` finds it. */
	callId: string;
	/** Milliseconds. */
	timeoutMs: number;
	/** To make it twice does no harm. */
	repeatable: boolean;
	/** The same for every attempt at this call, and for no other. */
	key: string;
}

/** A list of tools is not looked at more often, whatever the server says of changes. */
const minFreshMs = 2_000;
/** A list that the server calls old before that is old then. */
const minTtlMs = 300_000;
/** How soon an alarm that failed is tried again. */
const retryMs = 60_000;

export class McpConnection extends DurableObject<ToolsEnv> {
	readonly #parts = connectionParts(this.ctx.id.name ?? "");
	readonly #serverId = this.#parts.serverId;
	readonly #db = openDb(this.env.DB);
	readonly #storage = closableStorage(this.ctx.storage.kv);
	readonly #ledger = callLedger(this.ctx.storage);
	readonly #access = serverAccess(
		this.env,
		{ storage: this.#storage, waitUntil: (work) => this.ctx.waitUntil(work) },
		this.#db,
		this.#parts,
	);
	readonly #connection = serverConnection({
		...{ ...this.#parts, db: this.#db, storage: this.#storage, accessTo: this.#access.to },
		toolsChanged: () => this.#refreshSoon(),
	});
	#refreshing: Promise<void> = Promise.resolve();
	#isRefreshDue = false;
	/** Epoch milliseconds. */
	#refreshedAt = 0;
	/** Epoch milliseconds; the call after it has the list of tools looked at. */
	#freshUntil = Infinity;

	/** Connects anew and takes up the server's tools; the server's row tells what came of it. */
	async refresh(options: { tools: boolean }): Promise<void> {
		this.#connection.reset();
		await this.#refresh(() => options.tools);
	}

	async callTool(call: RemoteCall): Promise<CallOutcome> {
		if (call.repeatable) return await this.#call(call);
		if (this.#connection.isStopped) throw serverIsGone();
		const before = await this.#ledger.begin(call.key);
		if (before) return before;
		let wasSent = false;
		try {
			const outcome = await this.#call(call, () => (wasSent = true));
			this.#ledger.settle(call.key, outcome);
			return outcome;
		} catch (error) {
			const wasMade = wasSent && error instanceof McpFailure && !error.wasRefused && !error.isDenied;
			if (!wasMade) this.#ledger.forget(call.key);
			throw error;
		}
	}

	/** Ends a call for whose result nobody waits; the server is told. */
	async cancel(callId: string): Promise<void> {
		this.#connection.end(callId, new AppError("cancelled", "The call was cancelled."));
	}

	async listResources(): Promise<McpResources> {
		return await this.#ask(listResources);
	}

	async readResource(uri: string): Promise<McpResourceContents> {
		return await this.#ask(async (client, options) => resourceContentsOf(await client.readResource({ uri }, options)));
	}

	async listPrompts(): Promise<McpPrompts> {
		return await this.#ask(listPrompts);
	}

	async getPrompt(prompt: GetMcpPrompt): Promise<FilledPrompt> {
		return await this.#ask(async (client, options) => promptOf(await client.getPrompt(prompt, options)));
	}

	/** Asks the server, unless its circuit is open. */
	async health(): Promise<Omit<McpServerHealth, "serverId">> {
		const started = Date.now();
		const error = await this.#ask(async (client, options) => {
			await (client.getProtocolEra() === "modern" ? client.discover(options) : client.ping(options));
		}).then(
			() => undefined,
			(failure: unknown) => asAppError(failure)?.message ?? "The check failed.",
		);
		const { state, retryAfter, lastSuccess, lastFailure } = this.#connection.circuit;
		return {
			...{ status: error === undefined ? "healthy" : "unhealthy", circuit: state, latency: Date.now() - started },
			...(error !== undefined && { error }),
			...(retryAfter > 0 && { retryAfter }),
			...(lastSuccess && { lastSuccess: isoTime(lastSuccess) }),
			...(lastFailure && { lastFailure: isoTime(lastFailure) }),
		};
	}

	/** The address or the keys have changed. */
	async reset(): Promise<void> {
		this.#connection.reset();
	}

	/** How the user can authorise us at the server. */
	async authorize(request: AuthorizationRequest): Promise<Begun> {
		return await this.#access.authorize(request, async () => {
			await this.#connection.use(async () => {}).catch(() => {});
		});
	}

	/** Takes up the server's tools where its owner has authorised us. */
	async completeAuthorization(answer: AuthorizationAnswer): Promise<void> {
		const { ownerId, autoDiscovery } = await this.#access.complete(answer);
		if (ownerId === this.#parts.userId) await this.refresh({ tools: autoDiscovery });
		else this.#connection.reset();
	}

	async revokeAuthorization(): Promise<void> {
		await this.#access.revoke();
		this.#connection.reset();
	}

	/** The server is removed. */
	async forget(): Promise<void> {
		await this.#access.revoke();
		this.#connection.stop();
		this.#storage.close();
		await this.#refreshing.catch(() => {});
		const deleted = this.ctx.storage.deleteAll();
		this.#ledger.emptied();
		await deleted;
	}

	/** Never throws: an alarm that keeps throwing is dropped. */
	override async alarm(): Promise<void> {
		try {
			await this.#ledger.clear();
		} catch (error) {
			console.error("clearing the calls of an MCP server failed", this.#serverId, error);
			await this.ctx.storage.setAlarm(Date.now() + retryMs);
		}
	}

	async #call({ tool, arguments: input, ...scope }: RemoteCall, sending = () => {}): Promise<CallOutcome> {
		const { remoteName: name, inputSchema, outputSchema } = tool;
		const toolDefinition = { name, inputSchema: { ...inputSchema, type: "object" as const }, outputSchema };
		const progress = progressLog();
		const request: McpRequest<CallOutcome> = async (client, options) => {
			sending();
			const all = { ...options, toolDefinition, onprogress: progress.add };
			return outcomeOf(await client.callTool({ name, arguments: input }, all), progress.lines);
		};
		try {
			const outcome = await this.#connection.request(request, scope);
			if (Date.now() > this.#freshUntil) this.#refreshSoon();
			return outcome;
		} catch (error) {
			if (error instanceof ProtocolError) return refusedOutcome(error);
			if (!(error instanceof McpFailure) || error.code !== "gateway_timeout") throw error;
			throw new McpFailure("tool_timeout", late, { cause: error });
		}
	}

	/** A request whose answer is for a person. */
	async #ask<T>(request: McpRequest<T>): Promise<T> {
		try {
			return await this.#connection.request(request, { timeoutMs: requestTimeoutMs, repeatable: true });
		} catch (error) {
			throw error instanceof ProtocolError ? asAnswer(error) : error;
		}
	}

	/** Once for any number of reasons, and not too often: a server may say all the time that its tools have changed. */
	#refreshSoon(): void {
		if (this.#isRefreshDue) return;
		this.#isRefreshDue = true;
		const delay = this.#refreshedAt + minFreshMs - Date.now();
		setTimeout(() => this.ctx.waitUntil(this.#refreshIfOpen()), Math.max(0, delay));
	}

	/** Otherwise after the next call. */
	async #refreshIfOpen(): Promise<void> {
		this.#isRefreshDue = false;
		this.#freshUntil = 0;
		if (this.#connection.isOpen) await this.#refresh(({ autoDiscovery }) => autoDiscovery);
	}

	/** One after the other. */
	async #refresh(wantsTools: (server: McpServerRow) => boolean): Promise<void> {
		const before = this.#refreshing.catch(() => {});
		this.#refreshing = before.then(async () => {
			const { ttlMs } = await refreshTools(this.#connection, this.#db, this.#serverId, wantsTools);
			this.#refreshedAt = Date.now();
			this.#freshUntil = ttlMs === undefined ? Infinity : Date.now() + Math.max(minTtlMs, ttlMs);
		});
		await this.#refreshing;
	}
}
