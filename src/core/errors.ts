/** The one error that verbs throw for a failure they expect; transports map its code, never its class. */

export const errorCodes = [
	"malformed_request",
	"unauthenticated",
	"invalid_credentials",
	"forbidden",
	"not_found",
	"method_not_allowed",
	"request_timeout",
	"conflict",
	"run_in_progress",
	"payload_too_large",
	"unsupported_media_type",
	"invalid_input",
	"idempotency_key_reused",
	"address_not_allowed",
	"provider_not_configured",
	"rate_limited",
	"account_locked",
	"cancelled",
	"provider_error",
	"provider_timeout",
	"bad_gateway",
	"service_unavailable",
	"gateway_timeout",
	"limit_exceeded",
	"tool_failed",
	"tool_timeout",
	"approval_required",
	"approval_denied",
	"internal_error",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** What is wrong with one field of the input; `pointer` is a JSON Pointer (RFC 6901) into the body, or `query.limit`. */
export interface FieldError {
	pointer: string;
	detail: string;
	/** In the graph of a workflow. */
	nodeId?: string;
	edgeId?: string;
}

export interface ErrorDetails {
	fields?: FieldError[];
	/** Seconds until the caller may try again. */
	retryAfter?: number;
	/** The methods that the path does have. */
	allow?: string[];
}

export class AppError extends Error {
	override readonly name = "AppError";
	readonly code: ErrorCode;
	readonly details: ErrorDetails;

	constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: ErrorDetails } = {}) {
		super(message, { cause: options.cause });
		this.code = code;
		this.details = options.details ?? {};
	}
}

/**
 * The AppError inside anything that was thrown. RPC rebuilds errors without their class but keeps own properties,
 * so the code tells, never `instanceof`.
 */
export function asAppError(thrown: unknown): AppError | undefined {
	if (!(thrown instanceof Error)) return undefined;
	const { code, details } = thrown as Partial<AppError>;
	if (!isErrorCode(code)) return undefined;
	return thrown instanceof AppError ? thrown : new AppError(code, thrown.message, { cause: thrown, details });
}

function isErrorCode(value: unknown): value is ErrorCode {
	return errorCodes.includes(value as ErrorCode);
}
