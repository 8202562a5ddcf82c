/** Why a step of OAuth failed; what the other side wrote is part of neither message nor cause, and so of no log. */
import {
	InsecureTokenEndpointError,
	IssuerMismatchError,
	OAuthError,
	OAuthErrorCode,
	RegistrationRejectedError,
} from "@modelcontextprotocol/client";
import { AppError, asAppError } from "#core/errors";
import type { Exchange } from "#tools/mcp/exchange";

/** An OAuthError's code is any text that came over the wire. */
export const invalidGrant: string = OAuthErrorCode.InvalidGrant;

export function oauthFailure(thrown: unknown, exchange: Pick<Exchange, "signal" | "failure">): AppError {
	if (exchange.signal.aborted) return asAppError(exchange.signal.reason) ?? unreachable();
	if (thrown instanceof IssuerMismatchError) return mismatch(thrown);
	// Before anything is judged by its code: here it is whatever the other side wrote.
	if (thrown instanceof OAuthError) return refused(thrown);
	if (thrown instanceof RegistrationRejectedError) return unregistered();
	if (thrown instanceof InsecureTokenEndpointError) {
		return new AppError("address_not_allowed", "OAuth needs https at the authorization server.");
	}
	const known = asAppError(thrown);
	if (known) return known;
	if (exchange.failure !== undefined) return unreachable();
	return new AppError("bad_gateway", "The authorization server does not speak OAuth as it should.");
}

/** For a server at which somebody has to register us by hand. */
export function unregistered(): AppError {
	return new AppError(
		"bad_gateway",
		"The authorization server does not register clients by itself: register one there, and give its id as `oauth.clientId`.",
	);
}

/** RFC 9207 §2.4, RFC 8414 §3.3. */
function mismatch({ kind }: IssuerMismatchError): AppError {
	if (kind === "metadata") {
		return new AppError("bad_gateway", "The authorization server's description is that of another one.");
	}
	return new AppError("invalid_input", "The answer is not of the authorization server that was asked.", {
		details: { fields: [{ pointer: "/iss", detail: "is not the authorization server that was asked" }] },
	});
}

function refused({ code }: OAuthError): AppError {
	if (code !== invalidGrant) return new AppError("bad_gateway", "The authorization server refuses to authorise us.");
	return new AppError("invalid_input", "The authorization server does not accept the code.", {
		details: { fields: [{ pointer: "/code", detail: "is not accepted" }] },
	});
}

function unreachable(): AppError {
	return new AppError("bad_gateway", "The authorization server could not be reached.");
}
