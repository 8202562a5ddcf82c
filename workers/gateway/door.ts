/** Every request's way in and every answer's way out. */
import { AppError, asAppError } from "#core/errors";
import { allowOrigin, preflight } from "#gateway/origins";
import { setSecurityHeaders } from "#gateway/security-headers";
import { settingsOf } from "#gateway/settings";
import { identityHeaders } from "#http/identity";
import { problemResponse, statusOf } from "#http/problem";
import { admitRequest } from "./admit-request.ts";
import type { Bindings } from "./context.ts";
import { dispatch } from "./dispatch.ts";
import { newPassage, type Passage } from "./passage.ts";

export async function answer(request: Request, env: Bindings, background: ExecutionContext): Promise<Response> {
	const settings = await settingsOf(env).catch(refuseToRun);
	if (settings instanceof Response) return settings;
	const passage = newPassage(request, env, settings, background);
	const { span, patience } = passage;
	const response = await passThrough(passage).catch((error: unknown) => problemOf(error, passage));
	patience.end();
	if (response.status >= 500) span.status = "error";
	span.end({ "http.response.status_code": response.status });
	return withAnswerHeaders(response, passage);
}

async function passThrough(passage: Passage): Promise<Response> {
	if (passage.request.method === "OPTIONS") return preflight();
	if (!passage.route) throw new AppError("not_found", "There is nothing at this path.");
	return await dispatch(passage, passage.route, await admitRequest(passage, passage.route));
}

function problemOf(error: unknown, { span }: Passage): Response {
	const known = asAppError(error);
	if (!known || statusOf(known.code) >= 500) {
		const { stack = String(error), cause } = error as Partial<Error>;
		console.error(JSON.stringify({ traceId: span.traceId, stack, cause: cause && String(cause) }));
	}
	const answered =
		known ?? new AppError("internal_error", "Something went wrong here; the trace id names it in the logs.");
	if (statusOf(answered.code) >= 500) span.fail(answered.code);
	return problemResponse(answered, span.traceId);
}

/** Without its secret the gateway would let in whoever guesses it: so nobody gets in. */
function refuseToRun(error: unknown): Response {
	console.error(`The gateway does not run: ${(error as Error).message}`);
	return problemResponse(
		new AppError("service_unavailable", "The gateway is not configured; its log says what is missing."),
	);
}

/** A body or socket streams on untouched. */
function withAnswerHeaders(response: Response, passage: Passage): Response {
	const { request, requestId, span, settings, route, answerHeaders } = passage;
	const answer = new Response(response.webSocket ? null : response.body, response);
	const { headers } = answer;
	headers.set(identityHeaders.requestId, requestId);
	headers.set(identityHeaders.traceId, span.traceId);
	for (const [name, value] of answerHeaders) headers.set(name, value);
	setSecurityHeaders(headers, { isHttps: request.url.startsWith("https:"), isSite: route?.service === "site" });
	allowOrigin(headers, request.headers.get("origin"), settings.origins);
	return answer;
}
