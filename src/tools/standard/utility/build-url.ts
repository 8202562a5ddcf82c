/** `url_build`: a URL from its parts, correctly encoded. */
import { z } from "zod";
import { AppError } from "#core/errors";
import { standardTool } from "#tools/standard/standard-tool";

const schemes = ["http:", "https:", "ws:", "wss:"];
const longest = 8_000;

const Value = z.union([z.string().max(longest), z.number(), z.boolean()]);

export const buildUrl = standardTool({
	id: "url_build",
	name: "Build URL",
	description:
		"Puts a URL together from a base, path segments, query parameters and a fragment, and encodes each as it has to be. " +
		"Use it instead of gluing texts together. Does not call it.",
	category: "utility",
	writes: false,
	input: z.strictObject({
		base: z
			.string()
			.trim()
			.min(1)
			.max(longest)
			.meta({ description: "An http(s) or ws(s) URL to begin with.", examples: ["https://example.com/api"] }),
		path: z
			.array(z.string().min(1).max(1_000))
			.max(100)
			.default([])
			.meta({ description: "Segments to append.", examples: [["users", "a/b"]] }),
		query: z
			.record(z.string().max(200), z.union([Value, z.array(Value).max(100)]))
			.default({})
			.meta({
				description: "Parameters to set; a list sets one several times.",
				examples: [{ q: "a b", tag: ["x", "y"] }],
			}),
		fragment: z
			.string()
			.max(1_000)
			.optional()
			.meta({ description: "What stands after #.", examples: ["top"] }),
	}),
	output: z.object({ url: z.string() }),
	examples: [
		{
			title: "Everything is encoded",
			input: { base: "https://example.com/api", path: ["users", "a/b"], query: { q: "a b&c", tag: ["x", "y"] } },
			output: { url: "https://example.com/api/users/a%2Fb?q=a+b%26c&tag=x&tag=y" },
		},
		{
			title: "Parameters of the base are replaced",
			input: { base: "https://example.com/?page=1&size=5", query: { page: 2 }, fragment: "top" },
			output: { url: "https://example.com/?size=5&page=2#top" },
		},
	],
	run({ base, path, query, fragment }) {
		const url = URL.parse(base);
		if (!url || !schemes.includes(url.protocol)) {
			throw new AppError("invalid_input", "The base is no absolute http, https, ws or wss URL.");
		}
		if (path.some((segment) => segment === "." || segment === "..")) {
			throw new AppError("invalid_input", 'A segment "." or ".." would lead elsewhere.');
		}
		if (path.length > 0) url.pathname = [url.pathname.replace(/\/$/, ""), ...path.map(encode)].join("/");
		for (const [name, value] of Object.entries(query)) {
			url.searchParams.delete(name);
			for (const each of [value].flat()) url.searchParams.append(name, String(each));
		}
		if (fragment !== undefined) url.hash = fragment;
		if (url.href.length > longest) throw new AppError("limit_exceeded", "The URL becomes too long.");
		return { url: url.href };
	},
});

function encode(segment: string): string {
	if (!segment.isWellFormed()) throw new AppError("invalid_input", "A segment contains half a character.");
	return encodeURIComponent(segment);
}
