/** Why a request to an MCP server failed, and what follows from it; what the server wrote is never part of the message. */
import { INVALID_PARAMS, ProtocolError, SdkError, SdkErrorCode } from "@modelcontextprotocol/client";
import { AppError, asAppError, type ErrorCode } from "#core/errors";
import type { Exchange } from "./exchange.ts";

export class McpFailure extends AppError {
	/** The server or the way to it is at fault: the circuit breaker counts it. */
	readonly isOutage: boolean;
	/** The server refused the request before it did anything for it. */
	readonly wasRefused: boolean;
	/** It wants another key, or one at all. */
	readonly isDenied: boolean;
	/** It wants to know who we are. */
	readonly wantsAuthorization: boolean;

	constructor(code: ErrorCode, message: string, options: FailureOptions = {}) {
		super(code, message, { cause: options.cause });
		this.isOutage = options.isOutage ?? false;
		this.wasRefused = options.wasRefused ?? false;
		this.isDenied = options.isDenied ?? false;
		this.wantsAuthorization = options.wantsAuthorization ?? false;
	}
}

interface FailureOptions {
	cause?: unknown;
	isOutage?: boolean;
	wasRefused?: boolean;
	isDenied?: boolean;
	wantsAuthorization?: boolean;
}

/** MCP 2025-11-25, server/resources, "Error Handling". */
const resourceNotFound = -32_002;
/** MCP 2026-07-28, basic/transports: a name that its header cannot say. */
const headerMismatch = -32_020;
/** What servers answer that do not know the session, the revision or the transport of a request. */
const refusals = new Set([400, 404, 405, 406, 410, 415, 421]);

/** The failure of a request, by what its exchange has seen. An error that the server answered in JSON-RPC stays one. */
export function failureOf(thrown: unknown, exchange: Exchange): McpFailure | ProtocolError {
	if (thrown instanceof McpFailure) return thrown;
	if (exchange.signal.aborted) return stopped(exchange.signal.reason);
	if (thrown instanceof ProtocolError) return thrown;
	if (exchange.failure instanceof McpFailure) return exchange.failure;
	const refused = asAppError(exchange.failure);
	if (refused) return new McpFailure(refused.code, refused.message, { cause: refused });
	if (exchange.refusedWith !== undefined) return refusal(exchange.refusedWith, thrown);
	const cause = thrown;
	if (exchange.failure !== undefined) {
		return new McpFailure("bad_gateway", "The server could not be reached.", { cause, isOutage: true });
	}
	const code = thrown instanceof SdkError ? thrown.code : undefined;
	if (code === SdkErrorCode.ConnectionClosed || code === SdkErrorCode.NotConnected) {
		const wasRefused = code === SdkErrorCode.NotConnected;
		return new McpFailure("bad_gateway", "The connection to the server was lost.", {
			cause,
			isOutage: true,
			wasRefused,
		});
	}
	if (code === SdkErrorCode.RequestTimeout) return new McpFailure("gateway_timeout", late, { cause, isOutage: true });
	if (code === SdkErrorCode.ListPaginationExceeded) {
		return new McpFailure("limit_exceeded", "The server's list has no end.", { cause });
	}
	return new McpFailure("bad_gateway", "What answers there does not speak MCP as it should.", {
		cause,
		isOutage: true,
	});
}

/** A protocol error as callers of resources and prompts get it. */
export function asAnswer(failure: McpFailure | ProtocolError): AppError {
	if (failure instanceof McpFailure) return failure;
	if (failure.code === resourceNotFound) return new AppError("not_found", "The server has no such thing.");
	if (failure.code === INVALID_PARAMS || failure.code === headerMismatch) {
		return new AppError("invalid_input", "The server does not accept these parameters.");
	}
	return new AppError("bad_gateway", `The server answered with error ${failure.code}.`);
}

/** For a user who has to authorise us at the server, or to allow us more. */
export function authorizationNeeded(serverId: string): McpFailure {
	return new McpFailure("forbidden", howToAuthorize(serverId), { isDenied: true, wantsAuthorization: true });
}

export function howToAuthorize(serverId: string): string {
	return `The server wants your authorisation: POST /api/v1/mcp/servers/${serverId}/authorization.`;
}

export const late = "The server did not answer in time.";

function stopped(reason: unknown): McpFailure {
	if (reason instanceof McpFailure) return reason;
	const { code = "cancelled", message = "The request was cancelled." } = asAppError(reason) ?? {};
	return new McpFailure(code, message, { cause: reason, isOutage: code === "limit_exceeded" });
}

function refusal(status: number, cause: unknown): McpFailure {
	if (status === 401) {
		const options = { cause, isDenied: true, wantsAuthorization: true };
		return new McpFailure("bad_gateway", "The server wants authorisation.", options);
	}
	if (status === 403) return new McpFailure("bad_gateway", "The server refuses access.", { cause, isDenied: true });
	if (status >= 300 && status < 400) {
		return new McpFailure("bad_gateway", "The server redirects to another address.", { cause });
	}
	const options = { cause, isOutage: status >= 500, wasRefused: refusals.has(status) };
	return new McpFailure("bad_gateway", `The server answered with status ${status}.`, options);
}
