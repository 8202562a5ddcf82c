/** `url_parse`: the parts of a URL. */
import { z } from "zod";
import { AppError } from "#core/errors";
import { standardTool } from "#tools/standard/standard-tool";

export const parseUrl = standardTool({
	id: "url_parse",
	name: "Parse URL",
	description: "Takes a URL apart: scheme, host, port, path, query parameters and fragment. Does not call it.",
	category: "utility",
	writes: false,
	input: z.strictObject({
		url: z
			.string()
			.trim()
			.min(1)
			.max(8_000)
			.meta({ description: "The URL.", examples: ["https://example.com/a?b=1#c"] }),
		base: z
			.string()
			.trim()
			.max(8_000)
			.optional()
			.meta({ description: "What a relative URL is relative to.", examples: ["https://example.com/docs/"] }),
	}),
	output: z.object({
		href: z.string().meta({ description: "The whole, normalized." }),
		...{ scheme: z.string(), origin: z.string().nullable(), username: z.string(), hostname: z.string() },
		port: z.int().nullable().meta({ description: "Null where it is the scheme's own." }),
		path: z.string(),
		segments: z.array(z.string()).meta({ description: "Of the path, decoded." }),
		query: z.array(z.object({ name: z.string(), value: z.string() })),
		fragment: z.string(),
	}),
	examples: [
		{
			title: "All parts",
			input: { url: "https://shop.example.com:8443/a%20b/c?q=1&q=two#top" },
			output: {
				href: "https://shop.example.com:8443/a%20b/c?q=1&q=two#top",
				...{ scheme: "https", origin: "https://shop.example.com:8443", username: "" },
				...{ hostname: "shop.example.com", port: 8443, path: "/a%20b/c", segments: ["a b", "c"] },
				query: [
					{ name: "q", value: "1" },
					{ name: "q", value: "two" },
				],
				fragment: "top",
			},
		},
		{
			title: "Relative to another",
			input: { url: "../b", base: "https://example.com/docs/a/" },
			output: {
				...{ href: "https://example.com/docs/b", scheme: "https", origin: "https://example.com", username: "" },
				...{ hostname: "example.com", port: null, path: "/docs/b", segments: ["docs", "b"], query: [], fragment: "" },
			},
		},
	],
	run({ url, base }) {
		const parsed = URL.parse(url, base);
		if (!parsed)
			throw new AppError("invalid_input", base ? "This is no URL, or the base is none." : "This is no absolute URL.");
		return {
			href: parsed.href,
			scheme: parsed.protocol.slice(0, -1),
			origin: parsed.origin === "null" ? null : parsed.origin,
			...{ username: decoded(parsed.username), hostname: parsed.hostname },
			port: parsed.port === "" ? null : Number(parsed.port),
			path: parsed.pathname,
			segments: parsed.pathname.split("/").filter(Boolean).map(decoded),
			query: [...parsed.searchParams].map(([name, value]) => ({ name, value })),
			fragment: decoded(parsed.hash.slice(1)),
		};
	},
});

/** A stray % is no reason to fail: browsers take it as it is. */
function decoded(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}
