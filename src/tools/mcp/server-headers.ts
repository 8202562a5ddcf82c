/** The headers that an owner may have sent to his MCP server, beside those that the protocol and the platform set. */
import { z } from "zod";
import { ownHeaders } from "#tools/standard/web/own-headers";

const reservedHeader = /^(?:accept|accept-.*|content-.*|cookie|last-event-id|mcp-.*|origin|x-mcp-call)$/i;

export const ServerHeaders = z
	.record(
		z
			.string()
			.regex(/^[A-Za-z0-9-]{1,100}$/, "must be the name of a header")
			.refine((name) => !reservedHeader.test(name) && !ownHeaders.test(name), "is set by the protocol or the platform"),
		z.string().regex(/^[\x20-\x7e]{0,4000}$/, "must be printable ASCII"),
	)
	.refine((headers) => Object.keys(headers).length <= 20, "must be at most 20")
	.refine((headers) => new Set(namesOf(headers)).size === Object.keys(headers).length, "must each be there once")
	.meta({ description: "Sent with every request, to the origin of `url` alone. Never shown again." });

export const oneKey = { path: ["apiKey"], message: "does not go with an `Authorization` among the headers" };

interface Keys {
	apiKey?: string | null;
	headers?: Record<string, string> | null;
}

/** The API key is sent as such a header itself. */
export function isOneKey({ apiKey, headers }: Keys): boolean {
	return !apiKey || !namesOf(headers ?? {}).includes("authorization");
}

function namesOf(headers: Record<string, string>): string[] {
	return Object.keys(headers).map((name) => name.toLowerCase());
}
