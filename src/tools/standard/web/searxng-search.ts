/** SearXNG's search API, https://docs.searxng.org/dev/search_api.html. */
import { z } from "zod";
import { askEngine, type SearchEngine } from "./search-engine.ts";

const Answer = z.object({
	results: z.array(
		z.object({
			title: z.string().nullish(),
			url: z.string().nullish(),
			content: z.string().nullish(),
			publishedDate: z.string().nullish(),
		}),
	),
});

const safeSearch = { off: "0", moderate: "1", strict: "2" };

export function searxngSearch(baseUrl: string): SearchEngine {
	return async (search, scope) => {
		const url = new URL("search", baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`);
		url.searchParams.set("q", search.query);
		url.searchParams.set("format", "json");
		url.searchParams.set("pageno", String(search.page));
		url.searchParams.set("safesearch", safeSearch[search.safeSearch]);
		if (search.language) url.searchParams.set("language", search.language);
		if (search.timeRange) url.searchParams.set("time_range", search.timeRange);
		const answer = await askEngine(scope, {
			engine: "SearXNG",
			url,
			answer: Answer,
			refusal: "It must list json among search.formats in its settings.yml.",
		});
		return answer.results.map(({ title, url, content, publishedDate }) => ({
			title: title ?? "",
			url: url ?? "",
			snippet: content ?? "",
			publishedAt: publishedDate ?? null,
		}));
	};
}
