/** From an admitted request to the answer of its service: a binding, the gateway's own endpoints, or the docs. */
import { forward, type ForwardedRequest } from "#gateway/forward";
import { readBody } from "#gateway/read-body";
import { offeredProtocols, socketProtocol } from "#gateway/socket-protocol";
import { forwardHeaders, type ForwardedCaller } from "#http/forward-headers";
import { addressOf } from "./admit-request.ts";
import { serviceOf } from "./context.ts";
import { keepSocket } from "./keep-socket.ts";
import { ownApp } from "./own-app.ts";
import type { Passage } from "./passage.ts";
import type { Route } from "./routes.ts";
import { site } from "./site.ts";

const maxBodyBytes = 10 * 1024 * 1024;
const bodyTimeoutMs = 30_000;

export async function dispatch(passage: Passage, route: Route, caller: ForwardedCaller): Promise<Response> {
	const { env, settings, background } = passage;
	if (route.service === "site") return await site(passage, route);
	const request = await forwardedRequest(passage, route, caller);
	if (route.service === "account") {
		request.headers["x-client-address"] = addressOf(passage);
		return await ownApp.fetch(new Request(request.url, request), { bindings: env, settings }, background);
	}
	const { service, path } = route;
	const response = await forward(serviceOf(env, service), request, passage.patience, settings.timeoutMs);
	if (!response.webSocket) return response;
	await keepSocket(env, caller, { service, path }, response.webSocket);
	if (offeredProtocols(passage.request.headers).others.includes(socketProtocol)) {
		passage.answerHeaders.push(["sec-websocket-protocol", socketProtocol]);
	}
	return response;
}

/** The whole body is read first: forwarding one that is still arriving has crashed the runtime. */
async function forwardedRequest(
	{ request, search, opensSocket, patience }: Passage,
	route: Route,
	caller: ForwardedCaller,
): Promise<ForwardedRequest> {
	const { method, url } = request;
	// Only who keeps sockets or sessions needs to know which credential it was.
	const needsCredential = opensSocket || route.service === "account";
	const told = needsCredential ? caller : { ...caller, credentialId: undefined };
	const headers = forwardHeaders(request.headers, told, opensSocket);
	if (opensSocket) keepProtocols(headers, offeredProtocols(request.headers).others);
	const body = await readBody(request, { maxBytes: maxBodyBytes, timeoutMs: bodyTimeoutMs, patience });
	if (body) delete headers["content-encoding"];
	const origin = url.slice(0, url.indexOf("/", "https://".length));
	const hasBody = body !== undefined && method !== "GET" && method !== "HEAD";
	return { url: origin + route.path + search, method, headers, body: hasBody ? body : undefined };
}

function keepProtocols(headers: Record<string, string>, protocols: string[]): void {
	if (protocols.length > 0) headers["sec-websocket-protocol"] = protocols.join(", ");
	else delete headers["sec-websocket-protocol"];
}
