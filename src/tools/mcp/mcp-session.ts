/** An open connection to an MCP server, and requests on it, each of which ends. */
import {
	type Client,
	type RequestOptions,
	StreamableHTTPClientTransport,
	type Transport,
} from "@modelcontextprotocol/client";
import { newToken } from "#core/ids";
import { unlessAborted } from "#core/unless-aborted";
import { type Exchange, newExchange } from "./exchange.ts";
import { callHeader } from "./guarded-fetch.ts";
import { maxCallBytes } from "./limits.ts";
import { failureOf, late, McpFailure } from "./mcp-failure.ts";
import type { McpTransport } from "./schema.ts";

/** What is known of a server from the last time. */
export interface KnownServer {
	transport: McpTransport;
	era: "modern" | "legacy";
}

export interface RequestScope {
	/** Milliseconds in all. */
	timeoutMs: number;
	maxBytes?: number;
	/** By which `end` finds the request. */
	callId?: string;
}

export interface McpSession {
	readonly known: KnownServer;
	readonly protocolVersion: string | undefined;
	readonly capabilities: string[];
	readonly isClosed: boolean;
	/** Throws a McpFailure, or the ProtocolError that the server answered. */
	run<T>(request: (client: Client, options: RequestOptions) => Promise<T>, scope: RequestScope): Promise<T>;
	/** Ends a request; the server is told. */
	end(callId: string, reason: unknown): void;
	endAll(reason: unknown): void;
	/** Once the requests that are under way have ended. */
	close(): void;
}

interface Parts {
	client: Client;
	transport: Transport;
	kind: McpTransport;
	/** What belongs to no single call. */
	whole: Exchange;
	calls: Map<string, Exchange>;
}

/** How long a server may take to end its session. */
const farewellMs = 2_000;

export function newSession({ client, transport, kind, whole, calls }: Parts): McpSession {
	let isLeft = false;
	return {
		known: { transport: kind, era: client.getProtocolEra() ?? "legacy" },
		protocolVersion: client.getNegotiatedProtocolVersion(),
		capabilities: Object.keys(client.getServerCapabilities() ?? {})
			.slice(0, 50)
			.toSorted(alphabetically),
		get isClosed() {
			return whole.signal.aborted || client.transport === undefined;
		},
		async run(request, { timeoutMs, maxBytes = maxCallBytes, callId = newToken() }) {
			if (whole.signal.aborted) throw failureOf(undefined, whole);
			const exchange = newExchange(maxBytes);
			const abort = () => exchange.end(whole.signal.reason);
			whole.signal.addEventListener("abort", abort, { once: true });
			if (calls.size === 0) whole.renew();
			calls.set(callId, exchange);
			const timer = setTimeout(() => exchange.end(new McpFailure("gateway_timeout", late)), timeoutMs);
			const options = { signal: exchange.signal, timeout: timeoutMs + 1_000, headers: { [callHeader]: callId } };
			try {
				return await unlessAborted(request(client, options), exchange.signal);
			} catch (thrown) {
				// HTTP+SSE names no call in its requests.
				throw failureOf(thrown, kind === "sse" && !exchange.signal.aborted ? whole : exchange);
			} finally {
				clearTimeout(timer);
				calls.delete(callId);
				// What has come on a stream that all calls share was for those that have ended, as far as anybody knows.
				whole.renew();
				whole.signal.removeEventListener("abort", abort);
				if (isLeft) close();
			}
		},
		end(callId, reason) {
			calls.get(callId)?.end(reason);
		},
		endAll(reason) {
			for (const exchange of calls.values()) exchange.end(reason);
		},
		close,
	};

	function close(): void {
		isLeft = true;
		if (calls.size > 0 || whole.signal.aborted) return;
		const timer = setTimeout(end, farewellMs);
		const hasSession = transport instanceof StreamableHTTPClientTransport && transport.sessionId !== undefined;
		const farewell = hasSession ? transport.terminateSession() : Promise.resolve();
		void farewell.catch(() => {}).then(end);

		function end(): void {
			clearTimeout(timer);
			whole.end(new McpFailure("cancelled", "The connection was closed."));
		}
	}
}

function alphabetically(a: string, b: string): number {
	return a < b ? -1 : 1;
}
