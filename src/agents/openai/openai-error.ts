/** Failures as OpenAI words them: the object that its clients find under `error`, in an answer and in a stream. */
import type { AppError, ErrorCode } from "#core/errors";

export interface OpenAiError {
	message: string;
	type: string;
	/** The field that is at fault, `messages[0].content`. */
	param: string | null;
	code: string;
}

export function openAiError({ code, message, details }: Pick<AppError, "code" | "message" | "details">): OpenAiError {
	const field = details.fields?.[0];
	const param = field ? paramOf(field.pointer) : null;
	return {
		message: field && field.detail !== message ? `Invalid ${param ?? "body"}: ${field.detail}.` : message,
		type: types[code] ?? "invalid_request_error",
		param,
		code: codeOf(code, param),
	};
}

/** What is not the request's fault. */
const types: Partial<Record<ErrorCode, string>> = {
	forbidden: "permission_error",
	rate_limited: "rate_limit_error",
	cancelled: "server_error",
	provider_error: "server_error",
	provider_timeout: "server_error",
	bad_gateway: "server_error",
	service_unavailable: "server_error",
	gateway_timeout: "server_error",
	internal_error: "server_error",
};

/** The codes that OpenAI's clients are known to look for; our own otherwise. */
function codeOf(code: ErrorCode, param: string | null): string {
	if (code === "not_found" && param === "model") return "model_not_found";
	if (code === "not_found" && param === "previous_response_id") return "previous_response_not_found";
	if (code === "rate_limited") return "rate_limit_exceeded";
	return code;
}

/** `/messages/0/content` → `messages[0].content`; `query.limit` → `limit`. */
function paramOf(pointer: string): string | null {
	if (!pointer.startsWith("/")) return pointer.slice(pointer.indexOf(".") + 1);
	const keys = pointer.slice(1).split("/");
	const path = keys.map((key) =>
		/^\d+$/.test(key) ? `[${key}]` : `.${key.replaceAll("~1", "/").replaceAll("~0", "~")}`,
	);
	return path.join("").replace(/^\./, "") || null;
}
