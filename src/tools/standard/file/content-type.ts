/** The content type of a file that was given none, by the end of its name. */

const types = new Map([
	["txt", "text/plain"],
	["log", "text/plain"],
	["md", "text/markdown"],
	["csv", "text/csv"],
	["tsv", "text/tab-separated-values"],
	["html", "text/html"],
	["css", "text/css"],
	["js", "text/javascript"],
	["json", "application/json"],
	["jsonl", "application/x-ndjson"],
	["xml", "application/xml"],
	["yaml", "application/yaml"],
	["yml", "application/yaml"],
	["svg", "image/svg+xml"],
	["png", "image/png"],
	["jpg", "image/jpeg"],
	["jpeg", "image/jpeg"],
	["gif", "image/gif"],
	["webp", "image/webp"],
	["pdf", "application/pdf"],
	["zip", "application/zip"],
]);

export function contentTypeOf(path: string, isText: boolean): string {
	const known = types.get(path.slice(path.lastIndexOf(".") + 1).toLowerCase());
	return known ?? (isText ? "text/plain" : "application/octet-stream");
}
