/** The Hono app of a domain Worker: caller, span, context, JSON checks, problem+json, health and OpenAPI for all. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context as HonoContext, MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { routePath } from "hono/route";
import type { ZodError } from "zod";
import type { Caller } from "#core/caller";
import { AppError, asAppError } from "#core/errors";
import type { Background } from "#core/span-queue";
import { Span, type SpanSink } from "#core/telemetry";
import { allowedMethods } from "./allowed-methods.ts";
import { answerHealth, type Probe } from "./health.ts";
import { callerOf } from "./identity.ts";
import { checkJsonDepth } from "./json-depth.ts";
import { problemResponse, statusOf } from "./problem.ts";
import { RequestScope } from "./request-scope.ts";

/** What a domain gives `newApp`: its name, how it reads its bindings, and what its health depends on. */
export interface Domain<Env extends object, Context> {
	service: string;
	spans(env: Env, background: Background): SpanSink;
	/** Made once a request, after the caller is known: the scope, with what comes from the bindings. */
	context(env: Env, request: RequestScope): Context;
	probes(env: Env): Record<string, Probe>;
	/** How failures are answered at a path that belongs to somebody else's protocol; problem+json where undefined. */
	errorResponse?(path: string): typeof problemResponse | undefined;
}

export interface AppEnv<Env extends object, Context> {
	Bindings: Env;
	Variables: { caller?: Caller; span: Span; context: Context };
}

export type App<Env extends object, Context> = OpenAPIHono<AppEnv<Env, Context>>;

export function newApp<Env extends object, Context>(domain: Domain<Env, Context>): App<Env, Context> {
	const app: App<Env, Context> = new OpenAPIHono<AppEnv<Env, Context>>({ defaultHook: refuseInvalid });
	app.use(traced(domain));
	app.use(identified(domain));
	app.use(checkedJson);
	app.get("/health", (c) => answerHealth(domain.service, domain.probes(c.env)));
	app.get("/openapi.json", (c) =>
		c.json(app.getOpenAPI31Document({ openapi: "3.1.0", info: { title: domain.service, version: "1" } })),
	);
	const errorResponse = (path: string) => domain.errorResponse?.(path) ?? problemResponse;
	app.notFound((c) => errorResponse(c.req.path)(unmatched(allowedMethods(app, c.req.path)), c.var.span?.traceId));
	app.onError((error, c) => {
		const known = knownError(error);
		if (!known)
			console.error(JSON.stringify({ traceId: c.var.span?.traceId, error: String(error), stack: error.stack }));
		const answer =
			known ?? new AppError("internal_error", "Something went wrong here; the trace id names it in the logs.");
		if (statusOf(answer.code) >= 500) c.var.span?.fail(answer.code);
		return errorResponse(c.req.path)(answer, c.var.span?.traceId);
	});
	return app;
}

function traced<Env extends object, Context>(domain: Domain<Env, Context>): MiddlewareHandler<AppEnv<Env, Context>> {
	return async function trace(c, next) {
		const span = new Span(domain.spans(c.env, c.executionCtx), c.req.method, {
			kind: "server",
			traceparent: c.req.header("traceparent"),
			attributes: { "http.request.method": c.req.method, "url.path": c.req.path },
		});
		c.set("span", span);
		await next();
		const { status } = c.res;
		const route = routePattern(c);
		if (route) {
			span.name = `${c.req.method} ${route}`;
			span.attributes["http.route"] = route;
		}
		if (status >= 500) span.status = "error";
		span.end({ "http.response.status_code": status });
	};
}

function identified<Env extends object, Context>(
	domain: Domain<Env, Context>,
): MiddlewareHandler<AppEnv<Env, Context>> {
	return async function identify(c, next) {
		const { span } = c.var;
		const caller = callerOf(c.req.raw.headers, span.traceparent);
		span.userId = caller?.userId;
		if (caller) c.set("caller", caller);
		c.set("context", domain.context(c.env, new RequestScope(c.req.url, span, c.executionCtx, caller)));
		await next();
	};
}

/** Hono's pattern of the matched handler, never the raw path: span names must stay few. Middleware's `/*` is none. */
function routePattern(c: HonoContext): string | undefined {
	const pattern = routePath(c, -1);
	return pattern === "/*" ? undefined : pattern;
}

const checkedJson: MiddlewareHandler = async function checkJson(c, next) {
	const contentType = c.req.header("content-type") ?? "";
	if (c.req.raw.body !== null && /json/i.test(contentType)) checkJsonDepth(await c.req.text());
	await next();
};

function unmatched(allow: string[]): AppError {
	if (allow.length === 0) return new AppError("not_found", "There is nothing at this path.");
	return new AppError("method_not_allowed", "The path does not have this method.", { details: { allow } });
}

function knownError(error: Error): AppError | undefined {
	if (!(error instanceof HTTPException)) return asAppError(error);
	if (error.status === 400) return new AppError("malformed_request", "The body is not valid JSON.", { cause: error });
	if (error.status === 415) {
		return new AppError("unsupported_media_type", "The body must be application/json.", { cause: error });
	}
	return undefined;
}

function refuseInvalid(result: { success: boolean; error?: ZodError; target?: string }): void {
	if (result.success || !result.error) return;
	const inBody = result.target === "json";
	throw new AppError("invalid_input", "The request does not fit its schema; see `errors`.", {
		details: {
			fields: result.error.issues.slice(0, 50).map(({ path, message }) => ({
				pointer: inBody ? `/${path.map(jsonPointerToken).join("/")}` : [result.target, ...path].join("."),
				detail: message,
			})),
		},
	});
}

function jsonPointerToken(key: PropertyKey): string {
	return String(key).replaceAll("~", "~0").replaceAll("/", "~1");
}
