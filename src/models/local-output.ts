/** What a stand-in puts out, before it is told in the AI SDK's stream parts. */

import type { JSONValue, LanguageModelV4Source } from "@ai-sdk/provider";

export type LocalOutput =
	| { type: "text"; text: string }
	| { type: "source"; source: LanguageModelV4Source }
	| { type: "call"; toolName: string; input: JSONValue };

/** A passage's origin as a citation: a page where it has a URL, else a document. */
export function sourceOutput({ source, title, url }: { source: string; title: string; url?: string }): LocalOutput {
	if (url) return { type: "source", source: { type: "source", sourceType: "url", id: source, url, title } };
	return {
		type: "source",
		source: { type: "source", sourceType: "document", id: source, mediaType: "text/plain", title },
	};
}
