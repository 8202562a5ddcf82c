/** Stands in for the tools Worker in the tests of agents: a few tools, one of them another person's. */
import { WorkerEntrypoint } from "cloudflare:workers";

const schema = { type: "object", properties: { n: { type: "number", description: "A number." } }, required: ["n"] };
let guardedVersion = 1;
const many = Array.from({ length: 40 }, (_, i) => [
	`test_many_${i}`,
	{ name: `shelf__item_${i}`, description: `Fetches item ${i} of the shelf.`, writes: false, run: ({ n }) => i + n },
]);
const tools = {
	...Object.fromEntries(many),
	test_double: { description: "Doubles a number.", writes: false, run: ({ n }) => n * 2 },
	test_write: { description: "Writes a number.", writes: true, run: ({ n }) => ({ written: n }) },
	test_fail: {
		description: "Fails.",
		writes: false,
		run: () => Promise.reject(appError("limit_exceeded", "Too much.")),
	},
	test_hang: { description: "Never answers.", writes: false, run: () => new Promise(() => {}) },
	test_echo: { description: "Tells who asks.", writes: false, run: (_, caller) => caller },
	test_guarded: {
		description: "Needs a person to allow it.",
		writes: true,
		requiresApproval: true,
		run: ({ n }, caller, { approvedHash }) => {
			if (!approvedHash) throw appError("approval_required", "A person has to allow it.");
			return { made: n, approvedHash };
		},
	},
	test_change: { description: "Changes test_guarded.", writes: true, run: () => ++guardedVersion },
	test_named_1: {
		name: "weather__forecast",
		description: "Tells the weather of tomorrow.",
		writes: false,
		run: ({ n }) => `rain ${n}`,
	},
	test_named_2: { name: "weather__forecast", description: "Tells it too.", writes: false, run: () => "sun" },
	test_private: { owner: "usr_carol", description: "Is Carol's.", writes: false, run: () => "secret" },
};

export class ToolsEntrypoint extends WorkerEntrypoint {
	async describe(caller, ids) {
		return ids.filter((id) => mayCall(caller, id)).map((id) => describe(id));
	}

	async call(caller, id, input, options = {}) {
		if (!mayCall(caller, id)) throw appError("not_found", "There is no such tool.");
		return { value: await tools[id].run(input, caller, options) };
	}
}

function mayCall({ userId }, id) {
	return Object.hasOwn(tools, id) && (tools[id].owner ?? userId) === userId;
}

function describe(id) {
	const { name = id, description, writes, requiresApproval = false } = tools[id];
	const version = id === "test_guarded" ? `${guardedVersion}.0.0` : "1.0.0";
	return { id, name, description, version, writes, requiresApproval, inputSchema: schema };
}

function appError(code, message) {
	return Object.assign(new Error(message), { code, details: {} });
}

export default { fetch: () => new Response(null, { status: 404 }) };
