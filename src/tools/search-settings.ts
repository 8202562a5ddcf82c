/** The web search of a deployment: `SEARCH_PROVIDER` is `brave` (with `SEARCH_API_KEY`) or `searxng` (`SEARCH_URL`). */
import type { WebSettings } from "./standard/web/web-tools.ts";

export interface SearchEnv {
	SEARCH_PROVIDER?: string;
	SEARCH_URL?: string;
	SEARCH_API_KEY?: string;
}

export function searchSettings({ SEARCH_PROVIDER, SEARCH_URL, SEARCH_API_KEY }: SearchEnv): WebSettings["search"] {
	if (SEARCH_PROVIDER !== "brave" && SEARCH_PROVIDER !== "searxng") return undefined;
	return { kind: SEARCH_PROVIDER, baseUrl: SEARCH_URL || undefined, apiKey: SEARCH_API_KEY || undefined };
}
