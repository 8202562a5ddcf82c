import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { Validation, Workflow, WorkflowSummary } from "#workflow-engine/schema";
import { asCaller } from "../../test/support/as-caller.ts";

const ada = asCaller("usr_ada");
const bob = asCaller("usr_bob");
const admin = asCaller("usr_admin", "admin");
const viewer = asCaller("usr_viewer", "viewer");
const path = "/api/v1/workflows";

const start = { id: "start", type: "start" };
const call = { id: "call", type: "tool", config: { toolId: "echo", parameters: { a: "{{ input.a }}" } } };
const ask = { id: "ask", type: "agent", config: { agentId: "agt_echo" } };
const edges = [
	{ id: "1", source: "start", target: "call" },
	{ id: "2", source: "call", target: "ask" },
];
const body = { name: "Test", nodes: [start, call, ask], edges };

async function json<Body>(response: Response, status: number): Promise<Body> {
	const text = await response.text();
	expect(response.status, text).toBe(status);
	return JSON.parse(text);
}

async function problem(response: Response, status: number, code: string) {
	const found = await json<{ code: string; detail: string; errors?: object[] }>(response, status);
	expect(response.headers.get("content-type")).toBe("application/problem+json");
	expect(found.code).toBe(code);
	return found;
}

async function newWorkflow(fields: object = {}, caller = ada): Promise<Workflow> {
	return await json<Workflow>(await caller.post(path, { ...body, ...fields }), 201);
}

async function change(id: string, changes: object, caller = ada): Promise<Response> {
	return await caller.send("PATCH", `${path}/${id}`, changes);
}

async function list(query = "", caller = ada) {
	return await json<{ workflows: WorkflowSummary[]; nextCursor?: string }>(await caller.get(path + query), 200);
}

async function versions(id: string, query = "") {
	const url = `${path}/${id}/versions${query}`;
	return await json<{ versions: Array<{ version: string }>; nextCursor?: string }>(await ada.get(url), 200);
}

async function rows(table: string, id: string): Promise<object[]> {
	return (await env.DB.prepare(`SELECT * FROM ${table} WHERE workflow_id = ?`).bind(id).all<object>()).results;
}

test("a workflow is created with defaults, read, changed and deleted", async () => {
	const workflow = await newWorkflow({ name: "  Triage " });
	expect(workflow).toMatchObject({
		...{ name: "Triage", status: "active", version: "1.0.0", category: "general", shared: false, isTemplate: false },
		createdBy: "usr_ada",
		definition: { variables: {}, options: { maxRetries: 0 }, nodes: [{ position: { x: 0, y: 0 } }, {}, {}] },
	});
	expect(Object.keys(workflow)).not.toContain("revision");
	expect(await json(await ada.get(`${path}/${workflow.id}`), 200)).toEqual(workflow);
	const changed = await json<Workflow>(await change(workflow.id, { name: "Sort", description: "x" }), 200);
	expect(changed).toMatchObject({ name: "Sort", description: "x", version: "1.0.0", createdAt: workflow.createdAt });
	expect((await ada.send("DELETE", `${path}/${workflow.id}`)).status).toBe(204);
	await problem(await ada.get(`${path}/${workflow.id}`), 404, "not_found");
	for (const table of ["workflow_versions", "workflow_nodes", "workflow_edges"]) {
		expect(await rows(table, workflow.id)).toEqual([]);
	}
});

test("what keeps a graph from running is named, node by node", async () => {
	const bad = {
		nodes: [start, { ...call, config: { toolId: "echo", parameters: { a: "{{ nope }}" } } }],
		edges: [...edges, { id: "3", source: "call", target: "start" }],
	};
	const { detail, errors } = await problem(await ada.post(path, { ...body, ...bad }), 422, "invalid_input");
	expect(detail).toBe("The graph cannot run; see `errors`.");
	expect(errors).toMatchObject([
		{ edgeId: "2", pointer: "/edges/1/target" },
		{ edgeId: "3", nodeId: "start", pointer: "/edges/2/target" },
		{ nodeId: "start", pointer: "/nodes/0" },
		{ nodeId: "call", pointer: "/nodes/1" },
		{ nodeId: "call", pointer: "/nodes/1/config/parameters/a" },
	]);
	const { id } = await newWorkflow();
	await problem(await change(id, { edges: bad.edges }), 422, "invalid_input");
	await problem(await ada.post(path, { ...body, name: "" }), 422, "invalid_input");
});

test("nodes name agents, tools and workflows that their author may run, in bodies of loops too", async () => {
	const { id: foreign } = await newWorkflow({}, bob);
	const { id: inactive } = await newWorkflow();
	await change(inactive, { status: "inactive" });
	const { id: draft } = await newWorkflow({ status: "draft" });
	const sub = (id: string, workflowId: string) => ({ id, type: "sub_workflow", config: { workflowId } });
	const inner = { nodes: [{ ...ask, config: { agentId: "agt_gone" } }, sub("foreign", foreign), sub("draft", draft)] };
	const nodes = [
		{ ...call, config: { toolId: "rm" }, compensation: { toolId: "undo" } },
		{ id: "each", type: "loop", config: { items: [1], body: inner } },
		sub("inactive", inactive),
		{ id: "any", type: "agent", config: { agentId: "{{ input.agent }}" } },
	];
	const { errors } = await problem(await ada.post(path, { name: "x", nodes }), 422, "invalid_input");
	const cannot = (what: string) => `Node ${what}, which you cannot run.`;
	expect(errors).toEqual([
		{ nodeId: "call", pointer: "/nodes/0/config/toolId", detail: cannot("`call` names the tool `rm`") },
		{ nodeId: "call", pointer: "/nodes/0/compensation/toolId", detail: cannot("`call` names the tool `undo`") },
		{
			...{ nodeId: "inactive", pointer: "/nodes/2/config/workflowId" },
			detail: cannot(`\`inactive\` names the workflow \`${inactive}\``),
		},
		{
			...{ nodeId: "any", pointer: "/nodes/3/config/agentId" },
			detail: "Node `any` has to name its agent itself: no template is possible there.",
		},
		{
			...{ nodeId: "each/ask", pointer: "/nodes/1/config/body/nodes/0/config/agentId" },
			detail: cannot("`ask` names the agent `agt_gone`"),
		},
		{
			...{ nodeId: "each/foreign", pointer: "/nodes/1/config/body/nodes/1/config/workflowId" },
			detail: cannot(`\`foreign\` names the workflow \`${foreign}\``),
		},
	]);
});

test("a change of the definition is a version, another one is not", async () => {
	const { id } = await newWorkflow();
	const same = await json<Workflow>(await change(id, { nodes: body.nodes, edges, variables: {}, category: "x" }), 200);
	expect(same).toMatchObject({ version: "1.0.0", category: "x" });
	const changed = await json<Workflow>(await change(id, { nodes: [start, call], edges: edges.slice(0, 1) }), 200);
	expect(changed).toMatchObject({ version: "1.0.1", definition: { nodes: [{}, {}] } });
	await json(await change(id, { variables: { a: 1 } }), 200);
	expect(await versions(id)).toMatchObject({
		versions: [
			{ version: "1.0.2", createdBy: "usr_ada", definition: { variables: { a: 1 }, nodes: [{}, {}] } },
			{ version: "1.0.1", definition: { variables: {} } },
			{ version: "1.0.0", definition: { nodes: [{}, {}, {}] } },
		],
	});
	const first = await versions(id, "?limit=2");
	const second = await versions(id, `?limit=2&cursor=${first.nextCursor}`);
	expect([...first.versions, ...second.versions].map(({ version }) => version)).toEqual(["1.0.2", "1.0.1", "1.0.0"]);
	await problem(await bob.get(`${path}/${id}/versions`), 404, "not_found");
});

test("of changes made at once one wins each time, and the rows are those of the newest version", async () => {
	const { id } = await newWorkflow();
	const nodes = (n: number) => Array.from({ length: n }, (_, i) => ({ id: `n${n}_${i}`, type: "parallel" }));
	const responses = await Promise.all(
		[1, 2, 3, 4, 5, 6].map((n) => change(id, n % 2 ? { name: `Name ${n}` } : { nodes: nodes(n), edges: [] })),
	);
	const won = responses.filter(({ status }) => status === 200);
	expect(won.length).toBeGreaterThan(0);
	for (const response of responses) if (response.status !== 200) await problem(response, 409, "conflict");
	const { definition, version } = await json<Workflow>(await ada.get(`${path}/${id}`), 200);
	const kept = (await rows("workflow_nodes", id)) as Array<{ node_id: string }>;
	expect(kept.map((row) => row.node_id).toSorted()).toEqual(definition.nodes.map((node) => node.id).toSorted());
	expect((await versions(id)).versions[0]).toMatchObject({ version, definition });
});

test("nodes and edges are rows, those of loops too", async () => {
	const inner = {
		nodes: [{ ...call, compensation: { toolId: "add" } }, ask],
		edges: [{ id: "1", source: "call", target: "ask", condition: "output != 'ü'" }],
	};
	const outer = { nodes: [{ id: "in", type: "loop", config: { items: [1], body: inner } }] };
	const { id } = await newWorkflow({
		nodes: [start, { id: "out", type: "loop", config: { items: [1], body: outer } }],
		edges: [{ id: "1", source: "start", target: "out" }],
	});
	const none = { agent_id: null, tool_id: null, compensation_tool_id: null, sub_workflow_id: null };
	expect(await rows("workflow_nodes", id)).toEqual([
		{ workflow_id: id, loop: "", node_id: "out", type: "loop", ...none },
		{ workflow_id: id, loop: "", node_id: "start", type: "start", ...none },
		{ workflow_id: id, loop: "out", node_id: "in", type: "loop", ...none },
		{ workflow_id: id, loop: "out/in", node_id: "ask", type: "agent", ...none, agent_id: "agt_echo" },
		{
			...{ workflow_id: id, loop: "out/in", node_id: "call", type: "tool" },
			...{ ...none, tool_id: "echo", compensation_tool_id: "add" },
		},
	]);
	expect(await rows("workflow_edges", id)).toMatchObject([
		{ loop: "", edge_id: "1", source_id: "start", target_id: "out", type: "default", condition: null },
		{ loop: "out/in", edge_id: "1", source_id: "call", target_id: "ask", condition: "output != 'ü'" },
	]);
	expect((await list(`?toolId=add`)).workflows).toMatchObject([{ id, nodeCount: 5 }]);
});

test("an archived workflow does not change until its status does", async () => {
	const { id } = await newWorkflow();
	await json(await change(id, { status: "archived", name: "Old" }), 200);
	await problem(await change(id, { name: "New" }), 409, "conflict");
	await problem(await change(id, { name: "New", status: "archived" }), 409, "conflict");
	const again = await json<Workflow>(await change(id, { name: "New", status: "draft" }), 200);
	expect(again).toMatchObject({ name: "New", status: "draft" });
});

test("a shared workflow is read by everyone and changed by its owner or an admin", async () => {
	const { id } = await newWorkflow({ shared: true });
	for (const caller of [bob, viewer, admin]) {
		expect(await json(await caller.get(`${path}/${id}`), 200)).toMatchObject({ id });
		expect((await list("", caller)).workflows.map((workflow) => workflow.id)).toContain(id);
	}
	await problem(await change(id, { name: "Mine" }, bob), 403, "forbidden");
	await problem(await bob.send("DELETE", `${path}/${id}`), 403, "forbidden");
	await problem(await change(id, { name: "Mine" }, viewer), 403, "forbidden");
	await json(await change(id, { shared: false }, admin), 200);
	await problem(await bob.get(`${path}/${id}`), 404, "not_found");
	await problem(await change(id, { name: "Mine" }, bob), 404, "not_found");
});

test("lists are paged, newest first, without gap or repeat, and filtered", async () => {
	const cara = asCaller(`usr_${crypto.randomUUID()}`);
	const made: string[] = [];
	for (let n = 0; n < 7; n++) {
		const fields =
			n % 2 ? { category: "odd", name: `Odd % ${n}` } : { nodes: [start, ask], edges: [], status: "draft" };
		const edge = n % 2 ? {} : { edges: [{ id: "1", source: "start", target: "ask" }] };
		made.unshift((await newWorkflow({ ...fields, ...edge }, cara)).id);
	}
	const seen: string[] = [];
	for (let query = "?limit=3"; ;) {
		const { workflows, nextCursor } = await list(query, cara);
		seen.push(...workflows.map(({ id }) => id));
		if (!nextCursor) break;
		query = `?limit=3&cursor=${nextCursor}`;
	}
	expect(seen.filter((id) => made.includes(id))).toEqual(made);
	const own = async (query: string) =>
		(await list(`?limit=100&${query}`, cara)).workflows.filter(({ id }) => made.includes(id)).length;
	expect(await own("category=odd")).toBe(3);
	expect(await own("name=odd%20%25")).toBe(3);
	expect(await own("status=draft")).toBe(4);
	expect(await own("agentId=agt_echo")).toBe(7);
	expect(await own("toolId=echo")).toBe(3);
	expect(await own("toolId=echo&category=even")).toBe(0);
	const [summary] = (await list("", cara)).workflows;
	expect(summary).toMatchObject({ nodeCount: 2 });
	expect(summary).not.toHaveProperty("definition");
});

test("a shared template becomes a workflow of one's own", async () => {
	const { id } = await newWorkflow({ shared: true, isTemplate: true, variables: { a: 1, b: 2 }, category: "mail" });
	const { id: plain } = await newWorkflow({ shared: true });
	const { templates } = await json<{ templates: WorkflowSummary[] }>(await bob.get(`${path}/templates`), 200);
	expect(templates.map((template) => template.id)).toContain(id);
	expect(templates.map((template) => template.id)).not.toContain(plain);
	const changes = { name: "Mine", variables: { b: 3 } };
	const own = await json<Workflow>(await bob.post(`${path}/templates/${id}/instantiate`, changes), 201);
	expect(own).toMatchObject({
		...{ name: "Mine", createdBy: "usr_bob", shared: false, isTemplate: false, category: "mail", version: "1.0.0" },
		definition: { variables: { a: 1, b: 3 }, nodes: [{}, {}, {}] },
	});
	expect(own.id).not.toBe(id);
	await problem(await bob.post(`${path}/templates/${plain}/instantiate`, {}), 404, "not_found");
	await problem(await viewer.post(`${path}/templates/${id}/instantiate`, {}), 403, "forbidden");
});

describe("validate", () => {
	async function validate(graph: unknown): Promise<Validation> {
		return await json<Validation>(await viewer.post(`${path}/validate`, graph), 200);
	}

	test("a graph that can run is valid", async () => {
		expect(await validate({ nodes: body.nodes, edges, anything: 1 })).toEqual({ valid: true, errors: [] });
	});

	test("of a graph that cannot, all that is wrong is told", async () => {
		expect(await validate({ nodes: [{ ...call, config: { toolId: "rm" } }], edges })).toMatchObject({
			valid: false,
			errors: [{ edgeId: "1" }, { edgeId: "2" }, { nodeId: "call", pointer: "/nodes/0/config/toolId" }],
		});
	});

	test("what is no graph at all is told with the node's id", async () => {
		expect(await validate({})).toMatchObject({ valid: false, errors: [{ pointer: "/nodes" }] });
		const inner = { nodes: [{ id: "in", type: "tool", config: {} }], edges: [{ id: "e", source: "in" }] };
		const nodes = [
			{ id: "fly", type: "fly" },
			{ id: "each", type: "loop", config: { items: [], body: inner } },
			{ id: "no id!", type: "start" },
			"node",
		];
		const { errors } = await validate({ nodes, options: { timeout: -1 } });
		expect(errors).toMatchObject([
			{ nodeId: "fly", pointer: "/nodes/0/type" },
			{ nodeId: "each/in", pointer: "/nodes/1/config/body/nodes/0/config/toolId" },
			{ edgeId: "each/e", pointer: "/nodes/1/config/body/edges/0/target" },
			{ nodeId: "no id!", pointer: "/nodes/2/id" },
			{ pointer: "/nodes/3" },
			{ pointer: "/options/timeout" },
		]);
	});

	test("what is no object is refused", async () => {
		await problem(await ada.post(`${path}/validate`, [1]), 422, "invalid_input");
	});
});

test("a graph is drawn", async () => {
	const { id, definition } = await newWorkflow();
	const url = `${path}/${id}/graph`;
	const drawn = await json<{ nodes: object[]; edges: object[]; mermaid: string }>(await ada.get(url), 200);
	expect(drawn).toMatchObject({ nodes: definition.nodes, edges: definition.edges });
	expect(drawn.mermaid).toMatch(/^flowchart TD\n/);
	for (const response of [await ada.get(`${url}?format=mermaid`), await ada.get(url, { accept: "text/vnd.mermaid" })]) {
		expect(response.headers.get("content-type")).toBe("text/vnd.mermaid; charset=utf-8");
		expect(await response.text()).toBe(drawn.mermaid);
	}
	await problem(await bob.get(url), 404, "not_found");
});

test("as many nodes as there may be are saved; more bytes than a row takes are refused", async () => {
	const nodes = Array.from({ length: 5_000 }, (_, n) => ({ id: `n${n}`, type: "parallel" }));
	const chain = nodes.slice(1).map(({ id }, n) => ({ id, source: `n${n}`, target: id }));
	const { id } = await newWorkflow({ nodes, edges: chain });
	expect(await rows("workflow_edges", id)).toHaveLength(4_999);
	const wide = { id: "w", type: "transform", config: { value: "漢".repeat(700_000) } };
	await problem(await ada.post(path, { name: "x", nodes: [wide] }), 422, "limit_exceeded");
	await problem(
		await ada.post(path, { name: "x", nodes: [wide], description: "y".repeat(2_001) }),
		422,
		"invalid_input",
	);
});
