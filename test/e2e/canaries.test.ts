/** Secrets that can be recognised, put in at every door, and then looked for everywhere. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ApiClient, type Json } from "../../scripts/api-client.ts";
import { root } from "../../scripts/root.ts";
import { secretsPath } from "../../scripts/local-secrets.ts";
import { type OpenAiServer, startOpenAiServer } from "../support/openai-server.ts";

const adminPassword = "canary-ADMIN-PASSWORD-4711";
const userPassword = "canary-user-password-4711";
const newPassword = "canary-new-password-4711";
const providerKey = "sk-canary-provider-key-4711";
const deploymentKey = "sk-canary-deployment-key-4711";

const stateDir = mkdtempSync(join(tmpdir(), "canaries-"));
const answers: string[] = [];
let log = "";
let server: OpenAiServer;
let stop: () => Promise<void>;
let url: string;

beforeAll(async () => {
	server = await startOpenAiServer();
	({ url, stop } = await start({
		STATE_DIR: stateDir,
		PORT: "0",
		ADMIN_EMAIL: "admin@example.com",
		ADMIN_PASSWORD: adminPassword,
		ANTHROPIC_API_KEY: deploymentKey,
		ANTHROPIC_BASE_URL: server.url,
	}));
});

afterAll(async () => {
	await stop();
	await server.close();
	rmSync(stateDir, { recursive: true, force: true });
});

test("no secret is found in the state, in an answer or in the log", { timeout: 120_000 }, async () => {
	const admin = await client("admin@example.com", adminPassword);
	await admin.call("POST", "/api/v1/users", { email: "ada@example.com", username: "ada", password: userPassword });
	const ada = await client("ada@example.com", userPassword);
	const { key } = await ada.call("POST", "/api/v1/api-keys", { name: "canary" });
	const baseUrl = server.url;
	await ada.call("POST", "/api/v1/providers", { name: "loopback", kind: "openai", baseUrl, apiKey: providerKey });
	for (const model of ["loopback/answer", "loopback/unauthorized", "loopback/break", "claude-3-haiku"]) {
		const agent = await ada.call("POST", "/api/v1/agents", { name: model, framework: "langchain", config: { model } });
		for (const streaming of [false, true]) {
			await note(await ada.fetch("POST", `/api/v1/agents/${agent.id}/execute`, { message: "hello", streaming }));
		}
	}
	await note(await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } }));
	await note(await ada.fetch("POST", "/api/auth/login", { email: "ada@example.com", password: `${userPassword}?` }));
	await note(await ada.fetch("GET", `/api/v1/agents?access_token=${ada.token}`));
	await note(await ada.fetch("POST", "/api/v1/providers", { name: 1, apiKey: providerKey }));
	await note(await ada.fetch("POST", "/api/v1/users", { password: userPassword, role: "admin" }));
	const change = { currentPassword: userPassword, newPassword };
	await ada.call("POST", "/api/auth/password", change);
	await client("ada@example.com", newPassword);
	for (const path of await readablePaths(admin)) {
		for (const api of [admin, ada]) await note(await api.fetch("GET", path));
	}
	// Spans and listings are written a little later.
	const traces = await vi.waitFor(async () => {
		const { traces } = await admin.call("GET", "/api/v1/traces?limit=100");
		expect(traces.length).toBeGreaterThan(20);
		return traces as Json[];
	}, 20_000);
	for (const { traceId } of traces) await note(await admin.fetch("GET", `/api/v1/traces/${traceId}`));
	await stop();

	const canaries = {
		adminPassword,
		userPassword,
		newPassword,
		providerKey,
		deploymentKey,
		key,
		token: ada.token ?? "",
	};
	const generated = readFileSync(secretsPath(stateDir), "utf8");
	const made = Object.fromEntries(
		[...generated.matchAll(/^(\w+)=(.+)$/gm)].map(([, name, value]) => [name, value ?? ""]),
	);
	expect(Object.keys(made)).toEqual(expect.arrayContaining(["JWT_SECRET", "SECRETS_KEY"]));
	const secrets = Object.entries<string>({ ...canaries, ...made });
	const files = filesIn(stateDir).filter((path) => path !== secretsPath(stateDir));
	expect(files.filter((path) => path.endsWith(".sqlite")).length).toBeGreaterThan(8);
	for (const [name, secret] of secrets) {
		expect(secret.length).toBeGreaterThan(15);
		expect([name, files.filter((path) => readFileSync(path).includes(secret))]).toEqual([name, []]);
		expect([name, answers.filter((text) => text.includes(secret))]).toEqual([name, []]);
		expect([name, log.split("\n").filter((line) => line.includes(secret))]).toEqual([name, []]);
	}
	expect(answers.length).toBeGreaterThan(60);
	expect(answers.join()).not.toMatch(/scrypt\$|passwordHash|sealedApiKey/);
});

test("the file of generated secrets is the owner's alone, and has nothing that the environment set", () => {
	expect(statSync(secretsPath(stateDir)).mode & 0o777).toBe(0o600);
	expect(readFileSync(secretsPath(stateDir), "utf8")).not.toMatch(/canary|ADMIN_PASSWORD/);
});

async function client(email: string, password: string): Promise<ApiClient> {
	const api = new ApiClient(url);
	await api.signIn(email, password);
	return api;
}

async function note(response: Response): Promise<void> {
	answers.push(JSON.stringify([...response.headers]) + (await response.text()));
}

/** Every GET of the document; a path of an object with an id that the lists have shown. */
async function readablePaths(admin: ApiClient): Promise<string[]> {
	const { paths } = await admin.call("GET", "/openapi.json");
	const { agents } = await admin.call("GET", "/api/v1/agents");
	const { executions } = await admin.call("GET", "/api/v1/agents/executions");
	const { users } = await admin.call("GET", "/api/v1/users");
	const ids: Record<string, string> = {
		agentId: agents[0].id,
		model: agents[0].id,
		executionId: executions[0].id,
		sessionId: executions[0].sessionId,
		id: users[0].id,
	};
	return Object.keys(paths)
		.filter((path) => paths[path].get && !path.endsWith("/sessions/{sessionId}/stream"))
		.map((path) => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? "none"));
}

function filesIn(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name));
}

/** `npm start`, so that what the Workers write to their console is seen. */
async function start(env: Record<string, string>): Promise<{ url: string; stop(): Promise<void> }> {
	const child = spawn(process.execPath, ["scripts/start.ts"], {
		cwd: root,
		env: { ...process.env, ...env },
		stdio: ["ignore", "pipe", "pipe"],
	});
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding("utf8").on("data", (chunk: string) => {
			log += chunk;
		});
	}
	const exited = new Promise((resolve) => child.once("close", resolve));
	const url = await vi.waitFor(
		() => {
			const found = /is ready at (\S+) after/.exec(log)?.[1];
			if (!found) throw new Error(log);
			return found;
		},
		{ timeout: 80_000, interval: 100 },
	);
	const stop = async () => {
		child.kill();
		await exited;
	};
	return { url, stop };
}
