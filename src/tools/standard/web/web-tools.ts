/** The tools of the category `web`. */
import type { StandardTool } from "#tools/standard/standard-tool";
import { extractHtml } from "./extract-html.ts";
import { fetchPage } from "./fetch-page.ts";
import { htmlToMarkdown } from "./html-to-markdown.ts";
import { pageToMarkdown } from "./page-to-markdown.ts";
import { type SearchSettings, searchWeb } from "./search-web.ts";

export interface WebSettings {
	/** Without it, `web_search` says what to set. */
	search?: SearchSettings;
}

export function webTools({ search }: WebSettings): StandardTool[] {
	return [fetchPage, pageToMarkdown, htmlToMarkdown, extractHtml, searchWeb(search)];
}
