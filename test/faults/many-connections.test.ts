/** Very many connections at once, each with a request under way all the time: every one of them is answered. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { saturate } from "../../bench/load.ts";
import type { Platform } from "../../scripts/platform.ts";
import { faultAdmin, startFaultPlatform, stopFaultPlatform } from "../support/fault-platform.ts";
import { isLong } from "../support/kill-runtime.ts";
import { newPerson } from "../support/people.ts";

const connections = 200;
const seconds = isLong ? 60 : 5;

let platform: Platform;

beforeAll(async () => {
	platform = await startFaultPlatform();
});

afterAll(async () => {
	await stopFaultPlatform(platform);
});

test(
	`${connections} connections for ${seconds} s: nothing is answered but with success`,
	{ timeout: 180_000 },
	async () => {
		const people = await Promise.all(
			Array.from({ length: 4 }, () => newPerson({ url: platform.url, admin: faultAdmin })),
		);
		const [ada, bob, cyd, dan] = people;
		const bearer = (person: typeof ada) => ({ authorization: `Bearer ${person!.token}` });
		const agent = { name: "Helper", framework: "langchain", config: { model: "local/dev" } };
		const { id } = await ada!.call("POST", "/api/v1/agents", agent);
		const url = (path: string) => `${platform.url}${path}`;
		// `saturate` fails for the first answer that is not what is expected.
		const rates = await Promise.all(
			[
				{ url: url(`/api/v1/agents/${id}`), headers: bearer(ada), expect: id },
				{
					url: url("/api/v1/tools/id_generate/execute"),
					headers: bearer(bob),
					body: { parameters: {} },
					expect: "success",
				},
				{ url: url("/api/v1/traces?limit=5"), headers: bearer(cyd), expect: "traces" },
				{ url: url("/api/auth/me"), headers: bearer(dan), expect: dan!.email },
			].map((target) => saturate(target, { connections: connections / 4, seconds })),
		);
		console.log(`${connections} connections: ${rates.map((rate) => `${Math.round(rate)}/s`).join(", ")}`);
		for (const rate of rates) expect(rate).toBeGreaterThan(0);
	},
);
