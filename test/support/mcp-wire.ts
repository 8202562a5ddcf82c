/** Requests to an MCP endpoint as they stand on the wire, to see and to alter what a client library hides. */
import type { TestCaller } from "./as-caller.ts";

export interface McpResult {
	resultType?: string;
	isError?: boolean;
	content?: { type: string; text: string }[];
	structuredContent?: unknown;
	tools?: { name: string; [field: string]: unknown }[];
	resources?: { uri: string; [field: string]: unknown }[];
	contents?: { uri: string; text?: string; blob?: string }[];
	nextCursor?: string;
	inputRequests?: Record<string, { method: string; params: { message: string } }>;
	requestState?: string;
	[field: string]: unknown;
}

export interface McpAnswer {
	status: number;
	result?: McpResult;
	error?: { code: number; message: string; data?: Record<string, unknown> };
}

export interface McpRequestOptions {
	headers?: Record<string, string>;
	/** What the client says it can do; all that we ask for unless given. */
	capabilities?: object;
	/** Where the endpoint is; `/mcp` unless given. */
	path?: string;
}

const version = "2026-07-28";
const accept = { accept: "application/json, text/event-stream" };

/** By 2026-07-28: each request says for itself who speaks and what he can. */
export async function modern(
	caller: TestCaller,
	method: string,
	params: Record<string, unknown> = {},
	{ headers, capabilities = { elicitation: { form: {} } }, path }: McpRequestOptions = {},
): Promise<McpAnswer> {
	const meta = {
		"io.modelcontextprotocol/protocolVersion": version,
		"io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
		"io.modelcontextprotocol/clientCapabilities": capabilities,
	};
	const name = params.name ?? params.uri;
	return await send(
		caller,
		{ jsonrpc: "2.0", id: 1, method, params: { ...params, _meta: meta } },
		{
			"mcp-protocol-version": version,
			"mcp-method": method,
			...(typeof name === "string" && { "mcp-name": name }),
			...headers,
		},
		path,
	);
}

/** By 2025-11-25, without a session. */
export async function legacy(
	caller: TestCaller,
	method: string,
	params: Record<string, unknown> = {},
	{ path }: Pick<McpRequestOptions, "path"> = {},
): Promise<McpAnswer> {
	const message = { jsonrpc: "2.0", id: 1, method, params };
	return await send(caller, message, { "mcp-protocol-version": "2025-11-25" }, path);
}

async function send(
	caller: TestCaller,
	message: object,
	headers: Record<string, string>,
	path = "/mcp",
): Promise<McpAnswer> {
	const response = await caller.post(path, message, { ...accept, ...headers });
	const text = await response.text();
	const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
	const json = isStream
		? (text
				.match(/^data: (.*)$/gm)
				?.at(-1)
				?.slice("data: ".length) ?? "")
		: text;
	return { status: response.status, ...(JSON.parse(json) as Omit<McpAnswer, "status">) };
}
