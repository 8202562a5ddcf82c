/** The contract of the registry of MCP servers: what clients send and what they get. */
import { z } from "zod";
import { JsonValue } from "#core/json-value";
import { McpOAuthClient } from "#tools/mcp/oauth/schema";
import { isOneKey, oneKey, ServerHeaders } from "./server-headers.ts";

export const mcpTransports = ["streamable_http", "sse", "websocket"] as const;
export type McpTransport = (typeof mcpTransports)[number];
export const mcpServerStatuses = ["connected", "connecting", "authenticating", "error"] as const;
export const mcpAuths = ["key", "oauth"] as const;
export type McpAuth = (typeof mcpAuths)[number];
export const elicitationAnswers = ["decline", "defaults"] as const;
export const circuitStates = ["closed", "open", "half_open"] as const;

const fields = {
	name: z.string().trim().min(1).max(100).meta({
		description: "Unique among its owner's servers; the names of its tools begin with it.",
		example: "Weather",
	}),
	url: z.string().trim().min(1).max(2_000).meta({
		description: "`http(s)://` (Streamable HTTP, or HTTP+SSE where the server speaks only that) or `ws(s)://`.",
		example: "https://mcp.example.com/mcp",
	}),
	description: z.string().trim().max(2_000),
	apiKey: z
		.string()
		.regex(/^[\x21-\x7e]{1,4000}$/, "must be printable ASCII without spaces")
		.meta({ description: "Sent as a bearer token, to the origin of `url` alone. Never shown again." }),
	headers: ServerHeaders,
	auth: z.enum(mcpAuths).meta({
		description:
			"`oauth`: each user authorises us at the server for himself. `key`: with the key and headers, or nothing. A server " +
			"without a key that wants authorisation becomes `oauth` by itself.",
	}),
	shared: z.boolean().meta({
		description: "Every user may read it and call its tools: with its owner's key, or with his own authorisation.",
	}),
	requiresApproval: z.boolean().meta({ description: "A person has to allow each call of its tools." }),
	elicitation: z.enum(elicitationAnswers).meta({
		description:
			"What the server gets when it asks its user something in the middle of a call: a no, or the defaults of its " +
			"form (a no where it has a required field without one).",
	}),
	autoDiscovery: z.boolean().meta({ description: "Take up its tools at once, and whenever it says they changed." }),
};

const oneAuth = { path: ["auth"], message: "is either `key` or `oauth`: a key does not go with OAuth" };

function isOneAuth({
	auth,
	apiKey,
	oauth,
}: {
	auth?: McpAuth;
	apiKey?: string | null;
	oauth?: object | null;
}): boolean {
	const isKey = auth === "key" || Boolean(apiKey);
	const isOAuth = auth === "oauth" || Boolean(oauth);
	return !(isKey && isOAuth);
}

export const RegisterMcpServer = z
	.object({
		...{ name: fields.name, url: fields.url, description: fields.description.default("") },
		...{ apiKey: fields.apiKey.optional(), headers: fields.headers.optional() },
		...{ auth: fields.auth.optional(), oauth: McpOAuthClient.optional() },
		autoDiscovery: fields.autoDiscovery.default(true),
		elicitation: fields.elicitation.default("decline"),
		shared: fields.shared.default(false),
		requiresApproval: fields.requiresApproval.default(false),
	})
	.refine(isOneAuth, oneAuth)
	.refine(isOneKey, oneKey)
	.meta({ id: "RegisterMcpServer" });
export type RegisterMcpServer = z.infer<typeof RegisterMcpServer>;

export const UpdateMcpServer = z
	.object({
		...{ name: fields.name.optional(), url: fields.url.optional(), description: fields.description.optional() },
		...{ apiKey: fields.apiKey.nullable().optional(), headers: fields.headers.nullable().optional() },
		...{ auth: fields.auth.optional(), oauth: McpOAuthClient.nullable().optional() },
		autoDiscovery: fields.autoDiscovery.optional(),
		elicitation: fields.elicitation.optional(),
		shared: fields.shared.optional(),
		requiresApproval: fields.requiresApproval.optional(),
	})
	.refine(isOneAuth, oneAuth)
	.refine(isOneKey, oneKey)
	.meta({ id: "UpdateMcpServer" });
export type UpdateMcpServer = z.infer<typeof UpdateMcpServer>;

export const McpServer = z
	.object({
		id: z.string(),
		name: z.string(),
		url: z.string().meta({ description: "To others than its owner without the query." }),
		description: z.string(),
		status: z.enum(mcpServerStatuses),
		error: z.string().optional().meta({ description: "Why it is not connected." }),
		notice: z.string().optional().meta({ description: "What of its tools was left out, and why." }),
		toolsDiscovered: z.number().int(),
		capabilities: z.array(z.string()).meta({ example: ["tools", "resources"] }),
		transport: z.enum(mcpTransports).optional(),
		protocolVersion: z.string().optional().meta({ example: "2026-07-28" }),
		auth: fields.auth,
		authorized: z.boolean().meta({ description: "The caller has authorised us there; for `oauth` alone." }),
		hasApiKey: z.boolean().meta({ description: "An API key or headers are kept for it." }),
		autoDiscovery: z.boolean(),
		elicitation: z.enum(elicitationAnswers),
		shared: z.boolean(),
		requiresApproval: z.boolean(),
		ownerId: z.string(),
		healthUrl: z.string(),
		checkedAt: z.iso.datetime().optional().meta({ description: "When its tools were last looked at." }),
		createdAt: z.iso.datetime(),
		updatedAt: z.iso.datetime(),
	})
	.meta({ id: "McpServer" });
export type McpServer = z.infer<typeof McpServer>;

/** A server as the list of tools names it. */
export const ListedMcpServer = z
	.object({
		...{ id: z.string(), name: z.string(), url: z.string(), status: z.enum(mcpServerStatuses) },
		...{ toolCount: z.number().int(), capabilities: z.array(z.string()) },
	})
	.meta({ id: "ListedMcpServer" });
export type ListedMcpServer = z.infer<typeof ListedMcpServer>;

export const McpServerHealth = z
	.object({
		serverId: z.string(),
		status: z.enum(["healthy", "unhealthy"]),
		circuit: z.enum(circuitStates).meta({ description: "While it is open, calls fail at once." }),
		retryAfter: z.number().optional().meta({ description: "Seconds until an open circuit lets a call through." }),
		latency: z.number().int().optional().meta({ description: "Milliseconds that the check took." }),
		lastSuccess: z.iso.datetime().optional(),
		lastFailure: z.iso.datetime().optional(),
		error: z.string().optional(),
	})
	.meta({ id: "McpServerHealth" });
export type McpServerHealth = z.infer<typeof McpServerHealth>;

const texts = { name: z.string(), title: z.string().optional(), description: z.string().optional() };

export const McpResources = z
	.object({
		resources: z.array(
			z.object({ uri: z.string(), ...texts, mimeType: z.string().optional(), size: z.number().optional() }),
		),
		templates: z.array(z.object({ uriTemplate: z.string(), ...texts, mimeType: z.string().optional() })),
	})
	.meta({ id: "McpResources" });
export type McpResources = z.infer<typeof McpResources>;

export const ReadMcpResource = z
	.object({ uri: z.string().min(1).max(4_000).meta({ example: "file:///readme.md" }) })
	.meta({ id: "ReadMcpResource" });

export const McpResourceContents = z
	.object({
		contents: z.array(
			z.object({
				...{ uri: z.string(), mimeType: z.string().optional(), text: z.string().optional() },
				blob: z.string().optional().meta({ description: "Base64." }),
			}),
		),
	})
	.meta({ id: "McpResourceContents" });
export type McpResourceContents = z.infer<typeof McpResourceContents>;

const PromptArgument = z.object({ ...texts, required: z.boolean().optional() });

export const McpPrompts = z
	.object({ prompts: z.array(z.object({ ...texts, arguments: z.array(PromptArgument).optional() })) })
	.meta({ id: "McpPrompts" });
export type McpPrompts = z.infer<typeof McpPrompts>;

export const GetMcpPrompt = z
	.object({
		name: z.string().min(1).max(500),
		arguments: z.record(z.string().max(500), z.string().max(20_000)).default({}),
	})
	.meta({ id: "GetMcpPrompt" });
export type GetMcpPrompt = z.infer<typeof GetMcpPrompt>;

export const McpPrompt = z
	.object({
		description: z.string().optional(),
		messages: z.array(z.object({ role: z.enum(["user", "assistant"]), content: JsonValue })),
	})
	.meta({ id: "McpPrompt" });
export type McpPrompt = z.infer<typeof McpPrompt>;
