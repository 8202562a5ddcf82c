/** Which methods a path has, for the `Allow` header of 405 (RFC 9110 §15.5.6). */
import type { Router } from "hono/router";
import type { H, RouterRoute } from "hono/types";

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** Empty where there is nothing at the path at all. */
export function allowedMethods(app: { router: Router<[H, RouterRoute]> }, path: string): string[] {
	const has = (method: string) => app.router.match(method, path)[0].some(([[, route]]) => route.method === method);
	const allowed = methods.filter(has);
	return allowed.includes("GET") ? ["GET", "HEAD", ...allowed.slice(1)] : allowed;
}
