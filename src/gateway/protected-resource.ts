/** What MCP clients call, as OAuth protected resources (RFC 9728): where a description is, and what stands in it. */
import { agentMcpPath, mcpPath, workflowMcpPath } from "#mcp/paths";
import type { Scope } from "./scopes.ts";

const wellKnown = "/.well-known/oauth-protected-resource";

export function isMcpPath(path: string): boolean {
	return path === mcpPath || agentMcpPath.test(path) || workflowMcpPath.test(path);
}

/** The resource that is described at the path: clients ask for the one of the resource, and some for that of the host. */
export function describedResource(path: string): string | undefined {
	if (path === wellKnown) return mcpPath;
	const resource = path.startsWith(wellKnown) ? path.slice(wellKnown.length) : "";
	return isMcpPath(resource) ? resource : undefined;
}

/** No authorization server stands in it: the platform's own API keys and sessions are the tokens. */
export function resourceMetadata(origin: string, resource: string) {
	// Calling tools is writing, for a call may change something.
	const scope = scopeOf(resource);
	return {
		resource: origin + resource,
		resource_name: "Agentic Edge",
		bearer_methods_supported: ["header"],
		scopes_supported: [scope],
	};
}

function scopeOf(resource: string): Scope {
	if (resource === mcpPath) return "tools:write";
	return agentMcpPath.test(resource) ? "agents:write" : "workflow-engine:write";
}

/** The `WWW-Authenticate` of a refused request (RFC 9728 §5.1). */
export function resourceChallenge(origin: string, resource: string): string {
	return `Bearer realm="agentic-edge", resource_metadata="${origin}${wellKnown}${resource}"`;
}
