/**
 * Every route that the document of the running system shows × everybody who may ask, by both forms of its path, with
 * forged identities on top: the whole way through the gateway decides as the route's `x-policy` says.
 */
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { ApiClient, type Json } from "../../scripts/api-client.ts";
import { openMcpServer } from "../support/mcp-server-control.ts";
import { startMcpServers } from "../support/mcp-servers.ts";
import { adminOf, newPerson, type Person } from "../support/people.ts";

const instance = inject("platform");
const { paths } = await new ApiClient(instance.url).call("GET", "/openapi.json");
const routes = Object.entries<Json>(paths).flatMap(([path, item]) =>
	Object.entries<Json>(item).map(([method, operation]) => ({
		name: `${method.toUpperCase()} ${path}`,
		method: method.toUpperCase(),
		path,
		policy: operation["x-policy"] as string,
		hasBody: operation.requestBody?.required === true,
	})),
);

const agent = {
	name: "Matrix",
	framework: "langchain",
	config: { model: "local/script", script: [{ say: "Hello" }] },
	isTemplate: true,
};
const doubler = {
	description: "Doubles a number.",
	source: "export function run({ n }) { return n * 2; }",
	inputSchema: { type: "object", properties: { n: { type: "number" } }, required: ["n"] },
};
const graph = { nodes: [{ id: "ask", type: "approval", config: { title: "May it?" } }] };
const exported = { nodes: [{ name: "Start", type: "n8n-nodes-base.manualTrigger", parameters: {} }], connections: {} };
const yearly = { config: { type: "schedule", cron: "0 0 1 1 *" } };
const mcpServers = await startMcpServers();
const remote = await openMcpServer(mcpServers.url, "modern");
afterAll(mcpServers.close);
const everyones = `Everyone's ${crypto.randomUUID()}`;
const bodies: Record<string, (password: string) => object> = {
	"POST /api/auth/login": () => ({ email: instance.admin.email, password: instance.admin.password }),
	"POST /api/auth/password": (password) => ({ currentPassword: password, newPassword: password }),
	"POST /api/v1/users": () => ({ email: `${fresh()}@example.com`, username: fresh(), password: "a long password" }),
	"PATCH /api/v1/users/{id}": () => ({ firstName: "Changed" }),
	"POST /api/v1/api-keys": () => ({ name: "matrix" }),
	"POST /api/v1/agents": () => agent,
	"PATCH /api/v1/agents/{agentId}": () => ({ name: "Changed" }),
	"POST /api/v1/agents/{agentId}/execute": () => ({ message: "hello" }),
	"POST /api/v1/agents/executions/{executionId}/approvals/{approvalId}": () => ({ decision: "approve" }),
	"POST /api/v1/agents/templates/{templateId}/instantiate": () => ({}),
	"POST /api/v1/providers": () => ({ name: `p-${fresh()}`, kind: "openai", apiKey: "sk-test" }),
	"POST /api/v1/tools": () => ({ ...doubler, name: `t${fresh()}` }),
	"PATCH /api/v1/tools/{toolId}": () => ({ description: "Changed." }),
	"POST /api/v1/tools/{toolId}/execute": () => ({ parameters: { n: 1 } }),
	"POST /api/v1/tools/executions/{executionId}/approvals/{approvalId}": () => ({ decision: "approve" }),
	"POST /api/v1/mcp/servers": () => ({ name: `m-${fresh()}`, url: remote.url }),
	"PATCH /api/v1/mcp/servers/{serverId}": () => ({ description: "Changed." }),
	"POST /api/v1/mcp/servers/{serverId}/authorization/complete": () => ({ code: "code", state: "state" }),
	"POST /api/v1/mcp/servers/{serverId}/resources/read": () => ({ uri: "memo://hello" }),
	"POST /api/v1/mcp/servers/{serverId}/prompts/get": () => ({ name: "greet", arguments: { who: "Ada" } }),
	"POST /api/v1/workflows": () => ({ name: "Matrix", ...graph }),
	"PATCH /api/v1/workflows/{workflowId}": () => ({ name: "Changed" }),
	"POST /api/v1/workflows/execute": () => graph,
	"POST /api/v1/workflows/validate": () => graph,
	"POST /api/v1/workflows/import": () => ({ source: JSON.stringify(exported) }),
	"POST /api/v1/workflows/{workflowId}/triggers": () => yearly,
	"PATCH /api/v1/workflows/{workflowId}/triggers/{triggerId}": () => ({ enabled: false }),
	"POST /api/v1/workflows/templates/{workflowId}/instantiate": () => ({}),
	"POST /api/v1/workflows/executions/{executionId}/retry": () => ({}),
	"POST /api/v1/workflows/executions/{executionId}/fork": () => ({}),
	"POST /api/v1/workflows/executions/{executionId}/events": () => ({ name: "paid" }),
	"POST /api/v1/workflows/executions/{executionId}/approvals/{approvalId}": () => ({ decision: "approve" }),
	"POST /api/v1/indexes": () => ({ name: fresh() }),
	"POST /api/v1/indexes/{indexId}/rebuild": () => ({ embeddingModel: "local/lsa-384" }),
	"PATCH /api/v1/indexes/{indexId}": () => ({ description: "Changed." }),
	"POST /api/v1/documents": () => ({ indexId: "idx_none", text: "A note." }),
	"POST /api/v1/documents/upload": () => ({}),
	"PATCH /api/v1/documents/{documentId}": () => ({ metadata: { year: 2026 } }),
	"POST /api/v1/search": () => ({ query: "note" }),
	"POST /api/v1/qa": () => ({ question: "What is noted?" }),
	"POST /v1/chat/completions": () => ({ model: everyones, messages: [{ role: "user", content: "hello" }] }),
	"POST /v1/responses": () => ({ model: everyones, input: "hello" }),
};
/** Routes whose owner gets another answer than 2xx. */
const answers: Record<string, number> = {
	// Needs an upgrade to a WebSocket.
	"GET /api/v1/agents/sessions/{sessionId}/stream": 400,
	// The execution waits for its approval.
	"GET /api/v1/tools/executions/{executionId}/result": 409,
	"POST /api/v1/tools/executions/{executionId}/retry": 409,
	"POST /api/v1/workflows/executions/{executionId}/retry": 409,
	// The trigger is a schedule.
	"POST /api/v1/workflows/hooks/{triggerId}": 404,
	"POST /api/v1/workflows/executions/{executionId}/resume": 409,
	// The server wants no OAuth.
	"POST /api/v1/mcp/servers/{serverId}/authorization": 409,
	"POST /api/v1/mcp/servers/{serverId}/authorization/complete": 409,
	// There is no such index, and none is named.
	"POST /api/v1/documents": 404,
	"POST /api/v1/documents/upload": 422,
	// The execution waits for nothing.
	"POST /api/v1/agents/executions/{executionId}/approvals/{approvalId}": 404,
};
/** Objects that are a person's own, even for an admin. */
const personal = [
	"DELETE /api/auth/sessions/{id}",
	"DELETE /api/v1/api-keys/{id}",
	"DELETE /api/v1/providers/{providerId}",
	...["GET", "PATCH", "DELETE"].map((method) => `${method} /api/v1/workflows/{workflowId}/triggers/{triggerId}`),
];
/** These end the session that they come with. */
const endsSession = ["POST /api/auth/logout", "POST /api/auth/refresh", "POST /api/auth/password"];
const forged = {
	"x-user-role": "admin",
	"x-role": "admin",
	x_user_role: "admin",
	"x-forwarded-user": "admin",
	"x-credential-id": "forged",
};

/** By API key, which outlives what the routes do to sessions. */
let admin: ApiClient;
let ada: Person;
let bob: Person;
let viewer: Person;
let traceId: string;
let documentIndex: Promise<string> | undefined;

beforeAll(async () => {
	admin = await adminOf(instance);
	ada = await newPerson(instance);
	bob = await newPerson(instance);
	viewer = await newPerson(instance, "viewer");
	for (const api of [admin, ada, bob, viewer]) {
		api.token = (await api.call("POST", "/api/v1/api-keys", { name: "matrix" })).key;
	}
	await admin.call("POST", "/api/v1/agents", { ...agent, name: everyones, shared: true });
	const response = await ada.fetch("GET", "/api/v1/agents");
	traceId = response.headers.get("x-trace-id") ?? "";
	await vi.waitFor(() => ada.call("GET", `/api/v1/traces/${traceId}`), { timeout: 10_000, interval: 200 });
});

test("every route has a policy, and this test a body where one is required", () => {
	expect(routes.filter(({ policy }) => !["public", "read", "run", "write", "admin"].includes(policy))).toEqual([]);
	const required = routes.filter(({ hasBody }) => hasBody).map(({ name }) => name);
	expect(required.filter((name) => !bodies[name])).toEqual([]);
	expect(routes.filter(({ policy }) => policy === "public").map(({ name }) => name)).toEqual([
		"GET /api/health",
		"POST /api/auth/login",
		"GET /api/v1/mcp/oauth/callback",
		"GET /api/v1/mcp/oauth/client",
		"POST /api/v1/workflows/hooks/{triggerId}",
	]);
});

describe.each(routes)("$name", ({ name, method, path, policy }) => {
	const isObject = path.includes("{");
	const forms = [path, ...proxyForms(path)];

	/** The status by each form of the path; they are all the same. */
	async function ask(api: ApiClient, headers: Record<string, string> = {}): Promise<number> {
		const statuses: number[] = [];
		for (const form of forms) {
			const client = endsSession.includes(name) ? await again(api) : api;
			const ids = isObject ? await objectsOf(path) : {};
			const at = form.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => ids[parameter] ?? missing(parameter));
			const response = await client.fetch(method, at, bodies[name]?.(passwordOf(api)), {
				prefer: "wait=1",
				...headers,
			});
			const text = await textOf(response);
			expect(response.status, text).toBeLessThan(500);
			statuses.push(response.status);
		}
		expect(new Set(statuses).size, `${forms.join(" and ")}: ${statuses.join(" and ")}`).toBe(1);
		return statuses[0] ?? 0;
	}

	test("anonymous", async () => {
		const status = await ask(new ApiClient(instance.url));
		if (policy === "public") expect(status).toBe(answers[name] ?? 200);
		else expect(status).toBe(401);
		expect(await ask(new ApiClient(instance.url), { ...forged, "x-user-id": ada.id })).toBe(status);
	});

	test("a viewer", async () => {
		const expected = policy === "write" || policy === "admin" ? 403 : isObject ? 404 : undefined;
		for (const headers of [{}, { ...forged, "x-user-id": ada.id }]) {
			const status = await ask(viewer, headers);
			if (expected) expect(status).toBe(expected);
			else if (answers[name]) expect(status).toBe(answers[name]);
			else expect(status).toBeLessThan(300);
		}
	});

	test("another user", async () => {
		const expected = policy === "admin" ? 403 : isObject ? 404 : undefined;
		for (const headers of [{}, { ...forged, "x-user-id": ada.id }]) {
			const status = await ask(bob, headers);
			if (expected) expect(status).toBe(expected);
			else if (answers[name]) expect(status).toBe(answers[name]);
			else expect(status).toBeLessThan(300);
		}
	});

	test("its owner", async () => {
		const status = await ask(ada, { "x-user-id": bob.id, "x-user-role": "viewer" });
		if (policy === "admin") expect(status).toBe(403);
		else if (answers[name]) expect(status).toBe(answers[name]);
		else expect(status).toBeLessThan(300);
	});

	test("an admin", async () => {
		const status = await ask(admin, { "x-user-id": bob.id, "x-user-role": "viewer" });
		if (personal.includes(name)) expect(status).toBe(404);
		else if (answers[name]) expect(status).toBe(answers[name]);
		else expect(status).toBeLessThan(300);
	});
});

test("a tricky spelling of a path leads nowhere, or to the same decision", async () => {
	const { agentId } = await objectsOf("{agentId}");
	const statuses = async (api: ApiClient) =>
		await Promise.all(
			[
				`/api/v1/%61gents/${agentId}`,
				`/api/v1//agents/${agentId}`,
				`/api/v1/agents/..%2fagents/${agentId}`,
				`/api/v1/AGENTS/${agentId}`,
				`/api/tools/v1/agents/${agentId}`,
				`/api/observability/v1/agents/${agentId}`,
				`/api/agents/v1/traces/${traceId}`,
			].map(async (path) => (await api.fetch("GET", path)).status),
		);
	expect(await statuses(bob)).toEqual(Array.from({ length: 7 }, () => 404));
	expect(await statuses(ada)).toEqual([200, ...Array.from({ length: 6 }, () => 404)]);
});

/** The specification's proxy form of a domain's path. */
function proxyForms(path: string): string[] {
	const [, resource] = /^\/api\/v1\/(\w+)/.exec(path) ?? [];
	const service = {
		...{ agents: "agents", providers: "agents", tools: "tools", mcp: "tools", traces: "observability" },
		...{ workflows: "workflow-engine", monitoring: "workflow-engine" },
		...{ documents: "rag", indexes: "rag", search: "rag", qa: "rag" },
	}[resource ?? ""];
	return service ? [path.replace("/api/v1/", `/api/${service}/v1/`)] : [];
}

/** New objects of Ada's for the parameters of a path. */
async function objectsOf(path: string): Promise<Record<string, string>> {
	if (path.startsWith("/api/v1/users/")) return { id: ada.id };
	if (path.startsWith("/api/auth/sessions/")) {
		const { sessions } = await (await again(ada)).call("GET", "/api/auth/sessions");
		return { id: sessions.find(({ current }: Json) => current).id };
	}
	if (path.startsWith("/api/v1/api-keys/")) return await ada.call("POST", "/api/v1/api-keys", { name: "mine" });
	if (path.includes("{providerId}")) {
		const { id } = await ada.call("POST", "/api/v1/providers", { name: `p-${fresh()}`, kind: "openai", apiKey: "sk" });
		return { providerId: id };
	}
	if (path.includes("{traceId}")) return { traceId };
	if (path.includes("/v1/tools")) return await toolObjects();
	if (path.includes("/v1/workflows")) return await workflowObjects();
	if (path.includes("{indexId}")) return { indexId: await newIndex() };
	if (path.includes("{rebuildId}")) {
		const rebuild = [
			"POST",
			`/api/v1/indexes/${await newIndex()}/rebuild`,
			{ embeddingModel: "local/lsa-384" },
		] as const;
		return { rebuildId: (await ada.call(...rebuild)).rebuildId };
	}
	if (path.includes("/v1/documents")) return await documentObjects();
	if (path.includes("{serverId}")) {
		const { id } = await ada.call("POST", "/api/v1/mcp/servers", { name: `m-${fresh()}`, url: remote.url });
		return { serverId: id };
	}
	const { id: agentId, templateId } = await ada.call("POST", "/api/v1/agents", agent);
	if (!/session|execution|response/i.test(path)) return { agentId, model: agentId, templateId };
	const attachments = [{ name: "a.txt", type: "text/plain", data: "aGk=" }];
	const request = { message: "hello", attachments };
	const { executionId, sessionId } = await ada.call("POST", `/api/v1/agents/${agentId}/execute`, request);
	const { messages } = await ada.call("GET", `/api/v1/agents/sessions/${sessionId}/messages`);
	const [{ id: attachmentId }] = messages.flatMap((message: Json) => message.attachments);
	return { executionId, sessionId, attachmentId, approvalId: "none", responseId: executionId.replace("run_", "resp_") };
}

async function toolObjects(): Promise<Record<string, string>> {
	const { id: toolId } = await ada.call("POST", "/api/v1/tools", { ...doubler, name: `t${fresh()}` });
	const asking = { ...doubler, name: `t${fresh()}`, requiresApproval: true };
	const { id: askingId } = await ada.call("POST", "/api/v1/tools", asking);
	const request = { parameters: { n: 1 } };
	const { executionId, approval } = await ada.call("POST", `/api/v1/tools/${askingId}/execute`, request);
	return { toolId, executionId, approvalId: approval.id };
}

async function workflowObjects(): Promise<Record<string, string>> {
	const { id: workflowId } = await ada.call("POST", "/api/v1/workflows", {
		name: "Matrix",
		...graph,
		isTemplate: true,
	});
	const request = ["POST", "/api/v1/workflows/execute", graph, { prefer: "wait=5" }] as const;
	const { executionId, approvals } = await ada.call(...request);
	const { id: triggerId } = await ada.call("POST", `/api/v1/workflows/${workflowId}/triggers`, yearly);
	return { workflowId, executionId, approvalId: approvals[0].id, triggerId };
}

async function newIndex(): Promise<string> {
	return (await ada.call("POST", "/api/v1/indexes", { name: fresh() })).id;
}

async function documentObjects(): Promise<Record<string, string>> {
	const indexId = await (documentIndex ??= newIndex());
	const note = { indexId, text: `A note on ${fresh()}.` };
	const added = await ada.call("POST", "/api/v1/documents", note, { prefer: "wait=10" });
	return { documentId: added.id, executionId: added.executionId };
}

/** A stream ends when what it tells of does. */
async function textOf(response: Response): Promise<string> {
	if (!response.headers.get("content-type")?.startsWith("text/event-stream")) return await response.text();
	await response.body?.cancel();
	return "";
}

/** The same person with a session of its own. */
async function again(api: ApiClient): Promise<ApiClient> {
	const client = new ApiClient(instance.url);
	const email = api === admin ? instance.admin.email : (api as Partial<Person>).email;
	if (email) await client.signIn(email, passwordOf(api));
	return client;
}

function passwordOf(api: ApiClient): string {
	return api === admin ? instance.admin.password : ((api as Partial<Person>).password ?? "");
}

function fresh(): string {
	return crypto.randomUUID().slice(0, 8);
}

function missing(parameter: string): never {
	throw new Error(`The matrix makes no object for {${parameter}}.`);
}
