/** Connects to an MCP server by the transport and the revision that it speaks, the one that worked last first. */
import {
	Client,
	type ElicitRequest,
	type jsonSchemaValidator,
	SSEClientTransport,
	SseError,
	StreamableHTTPClientTransport,
	type Transport,
} from "@modelcontextprotocol/client";
import { unlessAborted } from "#core/unless-aborted";
import { version } from "#core/version";
import { type Exchange, newExchange } from "./exchange.ts";
import { guardedFetch } from "./guarded-fetch.ts";
import { connectTimeoutMs, maxCallBytes, maxPages } from "./limits.ts";
import { failureOf, late, McpFailure } from "./mcp-failure.ts";
import { readToolsLeniently } from "./lenient-tools.ts";
import { type KnownServer, type McpSession, newSession } from "./mcp-session.ts";
import type { McpTransport } from "./schema.ts";
import type { McpServerRow } from "./tables.ts";
import { httpUrl, isWebSocketUrl } from "./server-url.ts";
import { webSocketTransport } from "./web-socket-transport.ts";

export interface ServerAddress {
	url: string;
	/** The owner's keys among them. */
	headers: Record<string, string>;
}

interface Options {
	fetch: typeof fetch;
	known?: KnownServer;
	/** What the server's questions are answered with. */
	elicitation: McpServerRow["elicitation"];
	/** The server says that its tools have changed. */
	toolsChanged(): void;
}

/** One step of a handshake, in milliseconds. */
const stepTimeoutMs = 5_000;

/** Throws a McpFailure. */
export async function openSession(server: ServerAddress, options: Options): Promise<McpSession> {
	const { known } = options;
	const order = transportsOf(server.url);
	const first = known && order.includes(known.transport) ? [known.transport] : [];
	let failure: McpFailure | undefined;
	for (const kind of new Set([...first, ...order])) {
		try {
			return await connect(kind, server, options);
		} catch (thrown) {
			failure = thrown as McpFailure;
			if (!mayBeAnother(kind, failure)) break;
		}
	}
	throw failure ?? new McpFailure("bad_gateway", "The server speaks no transport that is known.");
}

function transportsOf(url: string): McpTransport[] {
	return isWebSocketUrl(url) ? ["websocket", "streamable_http", "sse"] : ["streamable_http", "sse"];
}

/** A server that refuses us, or is ill, is not another kind of server. */
function mayBeAnother(kind: McpTransport, { code, wasRefused, isDenied }: McpFailure): boolean {
	if (isDenied || code !== "bad_gateway") return false;
	return wasRefused || kind !== "streamable_http";
}

async function connect(kind: McpTransport, server: ServerAddress, options: Options): Promise<McpSession> {
	const calls = new Map<string, Exchange>();
	const whole = newExchange(
		() => [...calls.values()].reduce((sum, { maxBytes }) => sum + maxBytes, 0) || maxCallBytes,
		() => void client.close().catch(() => {}),
	);
	const guarded = guardedFetch(options.fetch, (id) => (id !== null && calls.get(id)) || whole);
	const transport = transportOf(kind, server, guarded, whole);
	readToolsLeniently(transport);
	const client = newClient(kind, options);
	const timer = setTimeout(
		() => whole.end(new McpFailure("gateway_timeout", late, { isOutage: true })),
		connectTimeoutMs,
	);
	try {
		const isLegacy = options.known?.transport === kind && options.known.era === "legacy";
		const prior = isLegacy ? { kind: "legacy" as const } : undefined;
		await unlessAborted(client.connect(transport, { timeout: stepTimeoutMs, prior }), whole.signal);
	} catch (thrown) {
		const failure = failureOf(thrown, whole);
		whole.end(failure);
		await transport.close().catch(() => {});
		if (failure instanceof McpFailure) throw failure;
		const options = { cause: failure, wasRefused: true };
		throw new McpFailure("bad_gateway", `The server answered the greeting with error ${failure.code}.`, options);
	} finally {
		clearTimeout(timer);
	}
	// A stream that broke is opened anew by the transport, but the server knows nothing of the session then.
	// oxlint-disable-next-line unicorn/prefer-add-event-listener -- a client is no EventTarget
	client.onerror = (error) => kind === "sse" && error instanceof SseError && whole.end(lost());
	return newSession({ client, transport, kind, whole, calls });
}

function lost(): McpFailure {
	return new McpFailure("bad_gateway", "The connection to the server was lost.", { isOutage: true });
}

function transportOf(
	kind: McpTransport,
	{ url, headers }: ServerAddress,
	guarded: ReturnType<typeof guardedFetch>,
	whole: Exchange,
): Transport {
	const at = httpUrl(url);
	if (kind === "websocket") return webSocketTransport(at, headers, guarded, whole);
	const options = { fetch: guarded, requestInit: { headers } };
	return kind === "sse" ? new SSEClientTransport(at, options) : new StreamableHTTPClientTransport(at, options);
}

function newClient(kind: McpTransport, { toolsChanged, elicitation }: Options): Client {
	const client = new Client(
		{ name: "agentic-edge", version },
		{
			capabilities: { elicitation: { form: { applyDefaults: elicitation === "defaults" } } },
			versionNegotiation: { mode: kind === "streamable_http" ? "auto" : "legacy" },
			jsonSchemaValidator: trusting,
			listMaxPages: maxPages,
			// At once: a server that never stops saying it would put off what waits for silence for ever.
			listChanged: { tools: { autoRefresh: false, debounceMs: 0, onChanged: toolsChanged } },
		},
	);
	// Nobody sits at a call; the client fills in the defaults of a form that is accepted.
	client.setRequestHandler("elicitation/create", ({ params }) =>
		elicitation === "defaults" && hasAllDefaults(params)
			? { action: "accept" as const, content: {} }
			: { action: "decline" as const },
	);
	return client;
}

/** Whether nothing is required of a person that has no default. */
function hasAllDefaults(params: ElicitRequest["params"]): boolean {
	if (!("requestedSchema" in params)) return false;
	const { properties, required = [] } = params.requestedSchema;
	return required.every((name) => {
		const property: unknown = Object.hasOwn(properties, name) ? properties[name] : undefined;
		return typeof property === "object" && property !== null && "default" in property;
	});
}

/** Schemas of servers are not run by the SDK: their patterns could keep the object busy for ever. */
const trusting: jsonSchemaValidator = {
	getValidator: () => (input) => ({ valid: true, data: input as never, errorMessage: undefined }),
};
