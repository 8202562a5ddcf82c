/** The OpenAPI document of the whole system: the gateway's own with those of the domains that answer. */
import { mergeOpenApi, type OpenApiDocument } from "#gateway/merge-openapi";
import type { Service } from "#gateway/scopes";
import { ownApp } from "./own-app.ts";
import type { OwnEnv } from "./routes/app.ts";

const cacheMs = 60_000;
const timeoutMs = 2_000;

/** By origin, because the document names its server. Incomplete ones are not kept. */
const cache = new Map<string, { document: OpenApiDocument; until: number }>();

export async function mergedDocument(
	origin: string,
	own: OwnEnv,
	services: Record<Service, Fetcher>,
	background: ExecutionContext,
): Promise<OpenApiDocument> {
	const cached = cache.get(origin);
	if (cached && cached.until > Date.now()) return cached.document;
	const url = `${origin}/openapi.json`;
	const [ownDocument, ...others] = await Promise.all([
		Promise.resolve(ownApp.fetch(new Request(url), own, background)).then((response) =>
			response.json<OpenApiDocument>(),
		),
		...Object.entries(services).map(async ([name, service]) => [name, await documentOf(name, service, url)] as const),
	]);
	const answered = others.filter((entry): entry is readonly [string, OpenApiDocument] => entry[1] !== undefined);
	const document = mergeOpenApi(baseDocument(origin), { gateway: ownDocument, ...Object.fromEntries(answered) });
	if (answered.length === others.length) {
		cache.clear();
		cache.set(origin, { document, until: Date.now() + cacheMs });
	}
	return document;
}

async function documentOf(name: string, service: Fetcher, url: string): Promise<OpenApiDocument | undefined> {
	try {
		const response = await service.fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
		return response.ok ? await response.json<OpenApiDocument>() : undefined;
	} catch (error) {
		console.error(`openapi: ${name}`, error);
		return undefined;
	}
}

function baseDocument(origin: string): OpenApiDocument {
	return {
		openapi: "3.1.0",
		info: {
			title: "Agentic Edge",
			version: "1",
			description: "Agents, workflows, orchestration, tools, retrieval and SQL behind one gateway.",
		},
		servers: [{ url: origin }],
		components: {
			securitySchemes: {
				bearerAuth: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
				apiKey: { type: "apiKey", in: "header", name: "X-API-Key" },
			},
		},
	};
}
