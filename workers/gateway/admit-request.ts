/** Whether a request may go on, and as whom: one call to an account, or to the limit of an address. */
import { sha256 } from "#core/crypto";
import { AppError } from "#core/errors";
import { askInLine } from "#gateway/account-line";
import { mayCallMcp, mayOpenSocket } from "#gateway/origins";
import { resourceChallenge } from "#gateway/protected-resource";
import { rateHeaders } from "#gateway/rate-headers";
import { readCredential } from "#gateway/read-credential";
import { allows, isReading } from "#gateway/scopes";
import type { Admission } from "#gateway/sliding-window";
import { offeredProtocols } from "#gateway/socket-protocol";
import type { ForwardedCaller } from "#http/forward-headers";
import { accountOf, addressLimitOf } from "./context.ts";
import type { Passage } from "./passage.ts";
import type { Route } from "./routes.ts";

/** Throws `unauthenticated`, `forbidden` or `rate_limited`. */
export async function admitRequest(passage: Passage, route: Route): Promise<ForwardedCaller> {
	const { span, requestId } = passage;
	const anonymous = { requestId, traceId: span.traceId, traceparent: span.traceparent };
	if (route.access === "identified") return { ...anonymous, ...(await identify(passage, route)) };
	if (route.access !== "open") await admitAddress(passage, route.access);
	return anonymous;
}

/** The client's address where it can be believed; elsewhere all clients are one. */
export function addressOf({ request, settings }: Pick<Passage, "request" | "settings">): string {
	return (settings.trustsAddress ? request.headers.get("cf-connecting-ip") : null) ?? "local";
}

async function identify(
	passage: Passage,
	route: Route,
): Promise<Pick<ForwardedCaller, "userId" | "role" | "credentialId">> {
	const { request, env, settings, span, opensSocket } = passage;
	if (opensSocket && !mayOpenSocket(request, settings.origins)) {
		throw new AppError("forbidden", "This origin may not open a WebSocket here.");
	}
	if (route.isMcp && !mayCallMcp(request, settings.origins)) {
		throw new AppError("forbidden", "This origin may not call tools here.");
	}
	const socketToken = opensSocket ? offeredProtocols(request.headers).token : undefined;
	const credential = await readCredential(request, settings.tokenKey, socketToken);
	if (!credential) return await refuse(passage);

	const { userId, kind, id, hash } = credential;
	const { service, path } = route;
	const decision = await askInLine(userId, { kind, id, hash }, passage.patience, (requests) =>
		accountOf(env, userId).takeRequests(requests, settings.userLimit),
	);
	if (decision.outcome === "unknown") return await refuse(passage);
	span.userId = userId;
	tellLimit(passage, "user", { limit: settings.userLimit, ...decision });
	if (decision.outcome === "limited") throw tooMany(decision.resetMs);
	const { role, scopes } = decision;
	const reading = isReading({ method: request.method, path, opensSocket });
	if (scopes && service !== "site" && !allows(scopes, service, reading)) {
		throw new AppError("forbidden", "The API key does not have the scope that this needs.");
	}
	return { userId, role, credentialId: id };
}

/** One answer for every way to be nobody; each counts against the address. */
async function refuse(passage: Passage): Promise<never> {
	await admitAddress(passage, "anonymous");
	const { request, route, answerHeaders } = passage;
	if (route?.isMcp) {
		answerHeaders.push(["www-authenticate", resourceChallenge(new URL(request.url).origin, route.path)]);
	}
	throw new AppError("unauthenticated", "Sign in, or send an API key.");
}

async function admitAddress(passage: Passage, policy: "anonymous" | "login"): Promise<void> {
	const { env, settings } = passage;
	const limit = policy === "login" ? settings.loginLimit : settings.anonymousLimit;
	const address = await sha256(addressOf(passage));
	const window = await addressLimitOf(env, `${policy}:${address}`).take(limit);
	tellLimit(passage, policy, window);
	if (!window.admitted) throw tooMany(window.resetMs);
}

function tellLimit({ answerHeaders }: Passage, policy: string, window: Omit<Admission, "admitted">): void {
	answerHeaders.push(...rateHeaders(policy, window));
}

function tooMany(resetMs: number): AppError {
	return new AppError("rate_limited", "Too many requests; wait before the next.", {
		details: { retryAfter: resetMs / 1000 },
	});
}
