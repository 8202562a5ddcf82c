/** What an API key may do: everything (`*`), or reading or writing in named services. */

export const services = [
	"agents",
	"orchestrator",
	"rag",
	"tools",
	"sqltool",
	"workflow-engine",
	"observability",
] as const;

export type Service = (typeof services)[number];

/** `account` is what the gateway itself answers: sessions, users, API keys. */
export type ScopedService = Service | "account";

export const scopes = [
	"*",
	...[...services, "account" as const].flatMap((service) => [`${service}:read`, `${service}:write`] as const),
] as const;

export type Scope = (typeof scopes)[number];

/** The WebSockets that take nothing in: the streams of executions, in both forms of their paths. */
const listening = /^\/api\/v1\/(?:\w+\/executions\/[^/]+\/stream|orchestration\/stream\/[^/]+)$/;

/** An upgrade is a `GET`, but what comes in by a WebSocket may write. */
export function isReading({ method, path, opensSocket }: { method: string; path: string; opensSocket: boolean }) {
	return (method === "GET" || method === "HEAD") && (!opensSocket || listening.test(path));
}

/** Writing includes reading. */
export function allows(held: readonly Scope[], service: ScopedService, reading: boolean): boolean {
	if (held.includes("*") || held.includes(`${service}:write`)) return true;
	return reading && held.includes(`${service}:read`);
}

/** Whether a key with `held` may hand out `wanted`: nobody gives more than he has. */
export function covers(held: readonly Scope[], wanted: readonly Scope[]): boolean {
	return wanted.every(
		(scope) => held.includes("*") || held.includes(scope) || held.includes(scope.replace(":read", ":write") as Scope),
	);
}
