/** A request that never became a message, in the form that MCP clients read: a JSON-RPC error without an id. */
import type { AppError } from "#core/errors";
import { problemResponse } from "./problem.ts";

const invalidRequest = -32_600;
const internalError = -32_603;

export function mcpErrorResponse(error: AppError, traceId?: string): Response {
	const { status, headers } = problemResponse(error, traceId);
	const code = status < 500 ? invalidRequest : internalError;
	const data = { code: error.code, traceId };
	headers.set("content-type", "application/json");
	const body = { jsonrpc: "2.0", id: null, error: { code, message: error.message, data } };
	return new Response(JSON.stringify(body), { status, headers });
}
