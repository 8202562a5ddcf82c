import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { freePort } from "./free-port.ts";
import { root } from "./root.ts";
import { isAlive, readRuntimeRecord, type RuntimeRecord } from "./runtime-record.ts";

interface Started {
	child: ChildProcess;
	output: () => string;
	exitCode: Promise<number | null>;
}

const startsWithin = 90_000;
const stateDirs: string[] = [];
const started: Started[] = [];

afterAll(async () => {
	for (const { child } of started) child.kill();
	await Promise.all(started.map(({ exitCode }) => exitCode));
	for (const directory of stateDirs) rmSync(directory, { recursive: true });
});

describe("a running platform", () => {
	const stateDir = newStateDir();
	let platform: Started;
	let port: number;
	let token: string;

	beforeAll(async () => {
		port = await freePort("127.0.0.1", 0);
		platform = start({ PORT: String(port), STATE_DIR: stateDir });
		await readiness(platform);
	}, startsWithin);

	test("answers for its health, and the printed admin signs in", async () => {
		expect((await fetch(`http://127.0.0.1:${port}/api/health`)).status).toBe(200);
		const email = /Email\s+(\S+)/.exec(platform.output())?.[1];
		const password = /Password\s+(\S+)/.exec(platform.output())?.[1];
		const login = await fetch(`http://127.0.0.1:${port}/api/auth/login`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({ email, password }),
		});
		expect(login.status).toBe(200);
		({ token } = await login.json<{ token: string }>());
	});

	test("survives the death of workerd on the same port with the same state", { timeout: 60_000 }, async () => {
		for (let round = 0; round < 3; round++) {
			const before = record(stateDir);
			process.kill(before.pid, "SIGKILL");
			await vi.waitFor(() => expect(record(stateDir).pid).not.toBe(before.pid), 10_000);
			await vi.waitFor(async () => expect(await statusOfMe()).toBe(200), 10_000);
			expect(record(stateDir)).toMatchObject({ port: before.port, supervisor: before.supervisor });
		}
	});

	test("is not started twice on one state, nor on one port", { timeout: startsWithin }, async () => {
		const twice = start({ PORT: "0", STATE_DIR: stateDir });
		expect(await twice.exitCode).toBe(1);
		expect(twice.output()).toContain(`already runs on this state, at http://127.0.0.1:${port}`);
		const inUse = start({ PORT: String(port), STATE_DIR: newStateDir() });
		expect(await inUse.exitCode).toBe(1);
		expect(inUse.output()).toContain(`Port ${port} on 127.0.0.1 is in use`);
	});

	test("leaves nothing behind when it is told to stop", { timeout: 30_000 }, async () => {
		const { pid, supervisor } = record(stateDir);
		platform.child.kill("SIGTERM");
		expect(await platform.exitCode).toBe(0);
		await vi.waitFor(() => expect([isAlive(pid), isAlive(supervisor)]).toEqual([false, false]), 5_000);
		expect(readRuntimeRecord(stateDir)).toBeUndefined();
		expect(await freePort("127.0.0.1", port)).toBe(port);
	});

	async function statusOfMe(): Promise<number> {
		const headers = { authorization: `Bearer ${token}` };
		return (await fetch(`http://127.0.0.1:${port}/api/auth/me`, { headers })).status;
	}
});

test.each(["supervisor", "npm script"])("nothing outlives a killed %s", { timeout: startsWithin }, async (victim) => {
	const stateDir = newStateDir();
	const platform = start({ PORT: "0", STATE_DIR: stateDir, ADMIN_PASSWORD: "from the environment" });
	await readiness(platform);
	expect(readFileSync(join(stateDir, "secrets.env"), "utf8")).not.toContain("from the environment");
	const { pid, supervisor } = record(stateDir);
	process.kill(victim === "supervisor" ? supervisor : (platform.child.pid ?? 0), "SIGKILL");
	await vi.waitFor(() => expect([isAlive(pid), isAlive(supervisor)]).toEqual([false, false]), 10_000);
});

test.each([
	[{ PORT: "http" }, "PORT must be a number"],
	[{ PORT: "70000" }, "PORT must be a number"],
	[{ HOST: "203.0.113.1", PORT: "0" }, "is not an address of this machine"],
	[{ JWT_SECRET: "too short" }, "JWT_SECRET must have at least 32 bytes"],
])("%o is refused with what to do", { timeout: 30_000 }, async (env, message) => {
	const refused = start({ STATE_DIR: newStateDir(), ...env });
	expect(await refused.exitCode).toBe(1);
	expect(refused.output()).toContain(message);
	expect(refused.output()).not.toContain("    at ");
});

function start(env: Record<string, string>): Started {
	const child = spawn(process.execPath, ["scripts/bootstrap.mjs", "scripts/start.ts"], {
		cwd: root,
		env: { ...process.env, ...env },
		stdio: ["ignore", "pipe", "pipe"],
	});
	let text = "";
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding("utf8").on("data", (chunk: string) => {
			text += chunk;
		});
	}
	const exitCode = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
	const result = { child, output: () => text, exitCode };
	started.push(result);
	return result;
}

async function readiness({ output, child }: Started): Promise<void> {
	await vi.waitFor(
		() => {
			if (child.exitCode === null && !output().includes("is ready at")) throw new Error(output());
		},
		{ timeout: startsWithin, interval: 50 },
	);
	if (child.exitCode !== null) throw new Error(output());
}

function record(stateDir: string): RuntimeRecord {
	const found = readRuntimeRecord(stateDir);
	if (!found) throw new Error("no platform runs");
	return found;
}

function newStateDir(): string {
	const directory = mkdtempSync(join(tmpdir(), "state-"));
	stateDirs.push(directory);
	return directory;
}
