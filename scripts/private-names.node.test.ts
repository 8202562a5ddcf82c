import type { MiniflareOptions } from "miniflare";
import { expect, test } from "vitest";
import { withPrivateNames } from "./private-names.ts";

const options: MiniflareOptions = {
	workers: [
		{
			config: {
				name: "gateway",
				compatibilityDate: "2026-11-01",
				env: { AGENTS: { type: "worker", worker: "agents" }, LEVEL: { type: "text", value: "agents" } },
			},
		},
		{
			config: {
				name: "agents",
				compatibilityDate: "2026-11-01",
				env: { SESSIONS: { type: "durable-object", worker: "agents", exportName: "AgentSession" } },
				exports: { AgentSession: { type: "durable-object", storage: "sqlite" } },
			},
		},
	],
};

test("a domain and the bindings to it get the same new name, the gateway keeps its own", () => {
	const [gateway, agents] = withPrivateNames(options, "secret").workers;
	expect(gateway?.config.name).toBe("gateway");
	expect(gateway?.config.env).toEqual({
		AGENTS: { type: "worker", worker: "agents-secret" },
		LEVEL: { type: "text", value: "agents" },
	});
	expect(agents?.config.name).toBe("agents-secret");
	expect(agents?.config.env).toMatchObject({ SESSIONS: { worker: "agents-secret" } });
});

test("the name changes with every start, the place of Durable Objects does not", () => {
	const [one, two] = [withPrivateNames(options), withPrivateNames(options)].map(({ workers }) => workers[1]?.config);
	expect(one?.name).not.toBe(two?.name);
	expect(one?.exports).toMatchObject({ AgentSession: { unsafeUniqueKey: "agents-AgentSession" } });
	expect(one?.exports).toEqual(two?.exports);
});
