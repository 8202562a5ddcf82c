/** The routing table: path → service. A resource is served at `/api/v1/…` and, as in the specification, by service. */
import { describedResource, isMcpPath } from "#gateway/protected-resource";
import { type ScopedService, type Service, services } from "#gateway/scopes";
import { mcpPath } from "#mcp/paths";

export interface Route {
	/** `account` is what the gateway answers itself. */
	service: ScopedService | "site";
	/** The path in the service. */
	path: string;
	/**
	 * `open`: anyone, unlimited. `anonymous` and `login`: anyone, within the address's limits, whatever he sends as a
	 * credential. `identified`: a live session or key, within the user's limit.
	 */
	access: "open" | "anonymous" | "login" | "identified";
	/** For MCP clients: a browser's only from an origin that is known, and who is refused is told of the resource. */
	isMcp?: boolean;
	/** Names the span: few, whatever is asked for. */
	pattern: string;
}

/** The first segment after `/api/v1/`. */
const resources: Record<string, ScopedService> = {
	"api-keys": "account",
	users: "account",
	agents: "agents",
	providers: "agents",
	orchestration: "orchestrator",
	documents: "rag",
	indexes: "rag",
	qa: "rag",
	search: "rag",
	mcp: "tools",
	tools: "tools",
	connections: "sqltool",
	queries: "sqltool",
	schema: "sqltool",
	monitoring: "workflow-engine",
	workflows: "workflow-engine",
	logs: "observability",
	metrics: "observability",
	traces: "observability",
};

/** Whole paths: the doors whose place other people's clients fix, and the gateway's own. */
const exactPaths: Record<string, Pick<Route, "service" | "access" | "isMcp">> = {
	"/": { service: "site", access: "anonymous" },
	"/docs": { service: "site", access: "anonymous" },
	"/docs/": { service: "site", access: "anonymous" },
	"/openapi.json": { service: "site", access: "anonymous" },
	"/health": { service: "account", access: "open" },
	"/api/health": { service: "account", access: "open" },
	"/api/auth/login": { service: "account", access: "login" },
	[mcpPath]: { service: "tools", access: "identified", isMcp: true },
	"/v1/models": { service: "agents", access: "identified" },
	"/v1/chat/completions": { service: "agents", access: "identified" },
	"/v1/responses": { service: "agents", access: "identified" },
};

/**
 * Paths in a service that nobody signs in for: browsers and authorization servers come to the first by themselves, and
 * who calls a webhook signs what he sends.
 */
const publicPath = /^\/api\/v1\/(?:mcp\/oauth\/(?:callback|client)|workflows\/hooks\/[^/]+)$/;

/** Undefined where nothing can be at the path; `path` is canonical. */
export function routeOf(path: string): Route | undefined {
	const exact = Object.hasOwn(exactPaths, path) ? exactPaths[path] : undefined;
	if (exact) return { ...exact, path, pattern: path };
	const [, first, second, third = ""] = path.split("/", 4);
	if (describedResource(path)) return { service: "site", access: "anonymous", path, pattern: "/.well-known/*" };
	if (first === "docs") return { service: "site", access: "anonymous", path, pattern: "/docs/*" };
	if (first === "v1" && second === "models") return inService("agents", path, "/v1/models/*");
	if (first === "v1" && second === "responses") return inService("agents", path, "/v1/responses/*");
	if (first !== "api" || second === undefined) return undefined;
	if (second === "auth") return inService("account", path, "/api/auth/*");
	if (second === "v1") {
		const service = Object.hasOwn(resources, third) ? resources[third] : undefined;
		return service && inService(service, path, `/api/v1/${third}/*`);
	}
	if (!isService(second) || third !== "v1") return undefined;
	return inService(second, `/api${path.slice("/api/".length + second.length)}`, `/api/${second}/v1/*`);
}

function inService(service: ScopedService, path: string, pattern: string): Route {
	const access = publicPath.test(path) ? "anonymous" : "identified";
	return { service, path, access, pattern, ...(isMcpPath(path) && { isMcp: true }) };
}

function isService(name: string): name is Service {
	return (services as readonly string[]).includes(name);
}
