/**
 * Requests to an address that a user supplied: checked here at registration, at every call and at every redirect.
 *
 * `fetch` in a Worker cannot be pinned to the address that was checked, so a name that changes its answer between the
 * check and the connection is caught only by the network (Cloudflare's reaches no private range).
 */

import { resolve4, resolve6 } from "node:dns/promises";
import { AppError } from "./errors.ts";
import { isAddress, isInRanges, isPublicAddress } from "./public-address.ts";

export interface EgressPolicy {
	/** The deployment's exceptions: host names, addresses and CIDR ranges. A name listed here is not resolved. */
	allow: readonly string[];
	/** All addresses of a name; the platform's resolver by default. */
	resolve?: ResolveName;
}

type ResolveName = (name: string) => Promise<string[]>;

const maxRedirects = 5;
/** All that another origin gets to see of a request's headers after a redirect. */
const harmlessHeaders = new Set(["accept", "accept-language", "content-type", "user-agent"]);
const localSuffixes = [".localhost", ".local", ".internal", ".home.arpa"];

/**
 * The parsed URL, when the policy lets us call it.
 *
 * @throws {AppError} `address_not_allowed`; the message names the host alone, never path or query.
 */
export async function checkUrl(input: string | URL, policy: EgressPolicy): Promise<URL> {
	const url = URL.parse(String(input));
	if (!url) throw refused("The address is not a valid URL.");
	if (url.protocol !== "https:" && url.protocol !== "http:")
		throw refused("Only http and https addresses can be called.");
	if (url.username || url.password) throw refused("The address must not contain credentials.");

	const host = hostOf(url);
	if (isAllowListed(url, policy)) return url;
	const addresses = isAddress(host) ? [host] : await addressesOf(host, policy.resolve ?? resolveName);
	const allowed = addresses.every((address) => isPublicAddress(address) || isInRanges(address, policy.allow));
	if (!allowed) throw notPublic(host);
	return url;
}

/** Whether the deployment itself names the host, or a range that its address is in. */
export function isAllowListed(url: URL, { allow }: EgressPolicy): boolean {
	const host = hostOf(url);
	return allow.includes(host) || isInRanges(host, allow);
}

/**
 * A `fetch` that calls nothing the policy refuses. It follows at most five redirects by itself, checks each, and shows
 * another origin neither credentials nor any header it does not need.
 */
export function egressFetch(policy: EgressPolicy, send: typeof fetch = (...asked) => fetch(...asked)): typeof fetch {
	return async function checkedFetch(input: RequestInfo | URL, given: RequestInit = {}): Promise<Response> {
		let url = await checkUrl(input instanceof Request ? input.url : input, policy);
		let init = input instanceof Request ? { ...(await initOf(input)), ...given } : given;
		for (let redirects = 0; redirects <= maxRedirects; redirects++) {
			const response = await send(url.href, { ...init, redirect: "manual" });
			const location = redirectTarget(response);
			if (location === null || init.redirect === "manual") return response;
			await response.body?.cancel();
			const target = URL.parse(location, url);
			if (!target || init.redirect === "error")
				throw refused(`${hostOf(url)} answered with a redirect that is not followed.`);
			init = redirected(init, response.status, url, await checkUrl(target, policy));
			url = target;
		}
		throw refused(`${hostOf(url)} redirects more than ${maxRedirects} times.`);
	};
}

/** WHATWG parsing has already turned decimal, hex, octal and full-width IPv4 into four decimal parts. */
function hostOf(url: URL): string {
	return url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.+$/, "");
}

async function addressesOf(name: string, resolve: ResolveName): Promise<string[]> {
	const isLocal = !name.includes(".") || localSuffixes.some((suffix) => name.endsWith(suffix));
	if (isLocal) throw notPublic(name);
	const answers = await resolve(name).catch(() => []);
	const addresses = answers.filter(isAddress);
	if (addresses.length === 0) throw refused(`The host "${name}" could not be resolved.`);
	return addresses;
}

/** DNS over HTTPS in workerd. Fails closed: no answer for either family, or no network, is no address. */
async function resolveName(name: string): Promise<string[]> {
	const answers = await Promise.allSettled([resolve4(name), resolve6(name)]);
	return answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
}

/** Where a response sends its reader, if it does. */
export function redirectTarget(response: Pick<Response, "status" | "headers">): string | null {
	return [301, 302, 303, 307, 308].includes(response.status) ? response.headers.get("location") : null;
}

/** The request after a redirect (Fetch §4.4, HTTP-redirect fetch). */
export function redirected(init: RequestInit, status: number, from: URL, to: URL): RequestInit {
	const all = [...new Headers(init.headers)];
	const headers = new Headers(to.origin === from.origin ? all : all.filter(([name]) => harmlessHeaders.has(name)));
	const method = init.method?.toUpperCase() ?? "GET";
	const becomesGet = status === 303 ? method !== "GET" && method !== "HEAD" : status < 303 && method === "POST";
	if (becomesGet) {
		headers.delete("content-type");
		return { ...init, method: "GET", body: undefined, headers };
	}
	if (init.body instanceof ReadableStream) throw refused(`${hostOf(from)} redirects a body that cannot be sent twice.`);
	return { ...init, headers };
}

async function initOf(request: Request): Promise<RequestInit> {
	const { method, headers, redirect, signal } = request;
	return { method, headers, redirect, signal, body: request.body ? await request.arrayBuffer() : undefined };
}

function notPublic(host: string): AppError {
	return refused(`The host "${host}" is not on the public internet, and this deployment does not allow it.`);
}

function refused(message: string): AppError {
	return new AppError("address_not_allowed", message);
}
