/** The MCP project's own command-line client lists and calls tools through `/mcp`. */
import { beforeAll, describe, expect, inject, test } from "vitest";
import type { Json } from "../../scripts/api-client.ts";
import { installPeers, installTimeoutMs, runPeer } from "../support/peers.ts";
import { newPerson } from "../support/people.ts";

const instance = inject("platform");
const runTimeoutMs = 30_000;
/** Its exit codes. */
const toolError = 5;
const authRequired = 3;

let key: string;

beforeAll(async () => {
	await installPeers();
	const ada = await newPerson(instance);
	({ key } = await ada.call("POST", "/api/v1/api-keys", { name: "inspector", scopes: ["tools:write"] }));
}, installTimeoutMs);

describe.each(["legacy", "modern", "auto"])("era %s", (era) => {
	test("lists the tools", async () => {
		const { code, result, stderr } = await inspect(["--protocol-era", era, ...signedIn(), "--method", "tools/list"]);
		expect(code, stderr).toBe(0);
		const names = result.tools.map(({ name }: Json) => name);
		expect(names).toEqual(expect.arrayContaining(["math_evaluate", "file_write"]));
	});

	test("calls one, and sees that a call failed", async () => {
		const call = ["--protocol-era", era, ...signedIn(), "--method", "tools/call", "--tool-name", "math_evaluate"];
		const sum = await inspect([...call, "--tool-arg", "expression=2 + 3"]);
		expect(sum.code, sum.stderr).toBe(0);
		expect(sum.result.structuredContent).toMatchObject({ value: 5 });
		const nonsense = await inspect([...call, "--tool-arg", "expression=2 +"]);
		expect(nonsense.code).toBe(toolError);
		expect(nonsense.result).toMatchObject({ isError: true, content: [{ type: "text", text: expect.any(String) }] });
	});
});

test("is told to sign in without a key", async () => {
	const { code } = await inspect(["--method", "tools/list", "--stored-auth-only"]);
	expect(code).toBe(authRequired);
});

function signedIn(): string[] {
	return ["--header", `Authorization: Bearer ${key}`];
}

async function inspect(args: string[]): Promise<{ code: number; result: Json; stderr: string }> {
	const server = ["--cli", `${instance.url}/mcp`, "--transport", "http", "--format", "json"];
	const { code, stdout, stderr } = await runPeer("inspector", [...server, ...args], { timeout: runTimeoutMs });
	return { code, result: stdout === "" ? undefined : JSON.parse(stdout).result, stderr };
}
