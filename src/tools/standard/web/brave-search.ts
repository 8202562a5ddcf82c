/** Brave Search API, https://api-dashboard.search.brave.com/api-reference/web/search/get. */
import { z } from "zod";
import { textOf } from "./dom.ts";
import { parseHtml } from "./parse-html.ts";
import { askEngine, type SearchEngine } from "./search-engine.ts";

const endpoint = "https://api.search.brave.com/res/v1/web/search";

/** `WebSearchApiResponse`; without results `web` is missing. */
const Answer = z.object({
	web: z
		.object({
			results: z.array(
				z.object({
					title: z.string(),
					url: z.string(),
					description: z.string().nullish(),
					page_age: z.string().nullish(),
				}),
			),
		})
		.nullish(),
});

const freshness = { day: "pd", week: "pw", month: "pm", year: "py" };

export function braveSearch(apiKey: string, baseUrl = endpoint): SearchEngine {
	return async (search, scope) => {
		const url = new URL(baseUrl);
		url.searchParams.set("q", search.query);
		url.searchParams.set("count", String(search.count));
		url.searchParams.set("offset", String(search.page - 1));
		url.searchParams.set("safesearch", search.safeSearch);
		url.searchParams.set("result_filter", "web");
		if (search.language) url.searchParams.set("search_lang", search.language);
		if (search.timeRange) url.searchParams.set("freshness", freshness[search.timeRange]);
		const answer = await askEngine(scope, {
			engine: "Brave Search",
			url,
			headers: { "x-subscription-token": apiKey },
			answer: Answer,
			refusal: "Check SEARCH_API_KEY and its plan.",
		});
		return (answer.web?.results ?? []).map(({ title, url, description, page_age }) => ({
			title: plain(title),
			url,
			snippet: plain(description ?? ""),
			publishedAt: page_age ?? null,
		}));
	};
}

/** Words that match come as `<strong>`, the rest with entities. */
function plain(html: string): string {
	return textOf(parseHtml(html).body);
}
