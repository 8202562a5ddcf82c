/** A failure at one of OpenAI's paths, in the form that its clients turn into their typed errors. */
import { openAiError } from "#agents/openai/openai-error";
import type { AppError, ErrorCode } from "#core/errors";
import { statusOf } from "#http/problem";

/** Asking again would only start the same work again. */
const final = new Set<ErrorCode>([
	"cancelled",
	"conflict",
	"gateway_timeout",
	"limit_exceeded",
	"provider_error",
	"provider_timeout",
]);

export function openAiErrorResponse(error: AppError): Response {
	const headers = new Headers();
	if (error.details.retryAfter !== undefined) headers.set("retry-after", String(Math.ceil(error.details.retryAfter)));
	if (error.details.allow) headers.set("allow", error.details.allow.join(", "));
	if (statusOf(error.code) === 401) headers.set("www-authenticate", 'Bearer realm="agentic-edge"');
	if (final.has(error.code)) headers.set("x-should-retry", "false");
	const status = statusOf(error.code);
	// OpenAI knows no 422.
	return Response.json({ error: openAiError(error) }, { status: status === 422 ? 400 : status, headers });
}
