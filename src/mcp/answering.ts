/** A handler whose failures leave as JSON-RPC errors that tell what the caller may know, and nothing else. */
import { ProtocolError, ProtocolErrorCode } from "@modelcontextprotocol/server";
import { asAppError } from "#core/errors";
import type { Span } from "#core/telemetry";
import { unexpectedFailure } from "./unexpected-failure.ts";

export function answering<Args extends unknown[], Result>(
	ctx: { span: Span },
	handle: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
	return async function answer(...args) {
		try {
			return await handle(...args);
		} catch (error) {
			if (error instanceof ProtocolError) throw error;
			const known = asAppError(error);
			if (known) throw new ProtocolError(ProtocolErrorCode.InvalidParams, known.message, { code: known.code });
			throw new ProtocolError(ProtocolErrorCode.InternalError, unexpectedFailure(ctx, error));
		}
	};
}
