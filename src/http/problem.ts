/** RFC 9457 problem details: the only body that a failed request gets. */
import { type AppError, type ErrorCode, type FieldError } from "#core/errors";

export interface Problem {
	type: string;
	title: string;
	status: number;
	detail: string;
	code: ErrorCode;
	/** Equal to `title`, for clients of the specification's `{error}` bodies. */
	error: string;
	traceId?: string;
	errors?: FieldError[];
}

const problems = {
	malformed_request: [400, "Malformed request"],
	unauthenticated: [401, "Authentication required"],
	invalid_credentials: [401, "Invalid credentials"],
	forbidden: [403, "Forbidden"],
	not_found: [404, "Not found"],
	method_not_allowed: [405, "Method not allowed"],
	request_timeout: [408, "Request timeout"],
	conflict: [409, "Conflict"],
	run_in_progress: [409, "Run in progress"],
	payload_too_large: [413, "Payload too large"],
	unsupported_media_type: [415, "Unsupported media type"],
	invalid_input: [422, "Invalid input"],
	idempotency_key_reused: [422, "Idempotency key reused"],
	address_not_allowed: [422, "Address not allowed"],
	provider_not_configured: [422, "Model provider not configured"],
	rate_limited: [429, "Too many requests"],
	account_locked: [429, "Too many failed logins"],
	limit_exceeded: [422, "Limit exceeded"],
	cancelled: [409, "Cancelled"],
	provider_error: [502, "Model provider failed"],
	provider_timeout: [504, "Model provider timed out"],
	bad_gateway: [502, "Bad gateway"],
	service_unavailable: [503, "Service unavailable"],
	gateway_timeout: [504, "Gateway timeout"],
	tool_failed: [502, "Tool failed"],
	tool_timeout: [504, "Tool timed out"],
	approval_required: [409, "Approval required"],
	approval_denied: [403, "Approval denied"],
	internal_error: [500, "Internal error"],
} as const satisfies Record<ErrorCode, readonly [status: number, title: string]>;

export function statusOf(code: ErrorCode): number {
	return problems[code][0];
}

export function problemResponse(error: AppError, traceId?: string): Response {
	const headers = new Headers({ "content-type": "application/problem+json" });
	if (error.details.retryAfter !== undefined) headers.set("retry-after", String(Math.ceil(error.details.retryAfter)));
	if (error.details.allow) headers.set("allow", error.details.allow.join(", "));
	if (statusOf(error.code) === 401) headers.set("www-authenticate", 'Bearer realm="agentic-edge"');
	return new Response(JSON.stringify(problemOf(error, traceId)), { status: statusOf(error.code), headers });
}

function problemOf({ code, message, details }: AppError, traceId?: string): Problem {
	const [status, title] = problems[code];
	return {
		type: `urn:agentic-edge:problem:${code}`,
		title,
		status,
		detail: message,
		code,
		error: title,
		...(traceId && { traceId }),
		...(details.fields && { errors: details.fields }),
	};
}
