/** The contract of how users authorise the platform at MCP servers. */
import { z } from "zod";

/** Printable ASCII, as RFC 6749 has it. */
const vschars = (max: number) =>
	z
		.string()
		.max(max)
		.regex(/^[\x21-\x7e]+$/, "must be printable ASCII without spaces");

export const McpOAuthClient = z
	.object({
		clientId: vschars(2_000),
		clientSecret: vschars(2_000).optional().meta({ description: "Never shown again." }),
		scope: z
			.string()
			.max(2_000)
			.regex(/^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/, "must be scopes with a space between")
			.optional()
			.meta({ description: "Asked for besides what the server wants.", example: "read write" }),
	})
	.meta({ id: "McpOAuthClient", description: "A client that is registered at the authorization server already." });
export type McpOAuthClient = z.infer<typeof McpOAuthClient>;

export const McpAuthorization = z
	.object({
		authorizationUrl: z.string().meta({ description: "To be opened in the caller's browser, by nobody else." }),
		expiresAt: z.iso.datetime(),
	})
	.meta({ id: "McpAuthorization" });
export type McpAuthorization = z.infer<typeof McpAuthorization>;

export const CompleteMcpAuthorization = z
	.object({ code: vschars(4_000), state: vschars(200), iss: vschars(2_000).optional() })
	.meta({ id: "CompleteMcpAuthorization", description: "As the page says to which the browser came back." });
export type CompleteMcpAuthorization = z.infer<typeof CompleteMcpAuthorization>;
