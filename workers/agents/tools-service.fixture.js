/** Stands in for the tools Worker in the tests of agents: a few tools, one of them another person's. */
import { WorkerEntrypoint } from "cloudflare:workers";

const schema = { type: "object", properties: { n: { type: "number", description: "A number." } }, required: ["n"] };
const tools = {
	test_double: { description: "Doubles a number.", writes: false, run: ({ n }) => n * 2 },
	test_write: { description: "Writes a number.", writes: true, run: ({ n }) => ({ written: n }) },
	test_fail: {
		description: "Fails.",
		writes: false,
		run: () => Promise.reject(appError("limit_exceeded", "Too much.")),
	},
	test_hang: { description: "Never answers.", writes: false, run: () => new Promise(() => {}) },
	test_echo: { description: "Tells who asks.", writes: false, run: (_, caller) => caller },
	test_private: { owner: "usr_carol", description: "Is Carol's.", writes: false, run: () => "secret" },
};

export class ToolsEntrypoint extends WorkerEntrypoint {
	async describe(caller, ids) {
		return ids.filter((id) => mayCall(caller, id)).map((id) => describe(id));
	}

	async call(caller, id, input) {
		if (!mayCall(caller, id)) throw appError("not_found", "There is no such tool.");
		return { value: await tools[id].run(input, caller) };
	}
}

function mayCall({ userId }, id) {
	return Object.hasOwn(tools, id) && (tools[id].owner ?? userId) === userId;
}

function describe(id) {
	const { description, writes } = tools[id];
	return { id, name: id, description, writes, requiresApproval: false, inputSchema: schema };
}

function appError(code, message) {
	return Object.assign(new Error(message), { code, details: {} });
}

export default { fetch: () => new Response(null, { status: 404 }) };
