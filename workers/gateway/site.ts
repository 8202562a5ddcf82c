/** `/openapi.json`, `/docs` and their files, and what MCP endpoints tell of themselves to those who have not signed in. */
import { AppError } from "#core/errors";
import { describedResource, resourceMetadata } from "#gateway/protected-resource";
import { assetsOf, servicesOf } from "./context.ts";
import { docsPage, docsScript } from "./docs-page.ts";
import { mergedDocument } from "./merged-document.ts";
import type { Passage } from "./passage.ts";
import type { Route } from "./routes.ts";

/** Swagger UI's own files, copied from its package at build time. */
const assets = new Set(["/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/favicon-32x32.png"]);

export async function site({ request, env, settings, background }: Passage, { path }: Route): Promise<Response> {
	if (request.method !== "GET" && request.method !== "HEAD") {
		throw new AppError("method_not_allowed", "The path does not have this method.", {
			details: { allow: ["GET", "HEAD"] },
		});
	}
	if (path === "/") return new Response(null, { status: 302, headers: { location: "/docs" } });
	if (path === "/docs" || path === "/docs/") return text(docsPage, "text/html");
	if (path === "/docs/start.js") return text(docsScript, "text/javascript");
	if (path === "/openapi.json") {
		const own = { bindings: env, settings };
		return Response.json(await mergedDocument(new URL(request.url).origin, own, servicesOf(env), background));
	}
	const resource = describedResource(path);
	if (resource) {
		const headers = { "access-control-allow-origin": "*", "cache-control": "no-cache" };
		return Response.json(resourceMetadata(new URL(request.url).origin, resource), { headers });
	}
	if (!assets.has(path)) throw new AppError("not_found", "There is nothing at this path.");
	const asset = await assetsOf(env).fetch(
		new Request(new URL(path, "http://assets"), { headers: conditions(request) }),
	);
	return new Response(asset.body, asset);
}

function text(content: string, type: string): Response {
	return new Response(content, { headers: { "content-type": `${type}; charset=utf-8`, "cache-control": "no-cache" } });
}

function conditions({ headers }: Request): Record<string, string> {
	const etag = headers.get("if-none-match");
	return etag === null ? {} : { "if-none-match": etag };
}
