import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkSecrets, makeLocalSecrets, readLocalSecrets, secretsPath } from "./local-secrets.ts";

let stateDir: string;
beforeEach(() => {
	stateDir = mkdtempSync(join(tmpdir(), "secrets-"));
});
afterEach(() => rmSync(stateDir, { recursive: true }));

const file = () => readFileSync(secretsPath(stateDir), "utf8");

test("the first start makes all secrets, in a file for the owner alone", () => {
	expect(makeLocalSecrets(stateDir, {})).toEqual(["JWT_SECRET", "SECRETS_KEY", "ADMIN_PASSWORD"]);
	expect(statSync(secretsPath(stateDir)).mode & 0o777).toBe(0o600);
	const secrets = readLocalSecrets(stateDir, {});
	expect(() => checkSecrets(secrets)).not.toThrow();
	expect(secrets.ADMIN_EMAIL).toMatch(/^\S+@\S+\.\S+$/);
});

test("a later start makes nothing anew", () => {
	makeLocalSecrets(stateDir, {});
	const before = file();
	expect(makeLocalSecrets(stateDir, {})).toEqual([]);
	expect(file()).toBe(before);
});

test("what the environment sets wins and is never written", () => {
	const environment = { ADMIN_PASSWORD: "from the environment", JWT_SECRET: "j".repeat(32) };
	expect(makeLocalSecrets(stateDir, environment)).toEqual(["SECRETS_KEY"]);
	expect(file()).not.toContain("from the environment");
	expect(file()).not.toContain("jjjj");
	expect(readLocalSecrets(stateDir, environment)).toMatchObject(environment);
});

test("a start without the environment of the first makes a token secret, but no password that would open nothing", () => {
	makeLocalSecrets(stateDir, { ADMIN_PASSWORD: "from the environment", JWT_SECRET: "j".repeat(32) });
	expect(makeLocalSecrets(stateDir, {})).toEqual(["JWT_SECRET"]);
});

test.each([
	[{ JWT_SECRET: "j".repeat(31) }, "JWT_SECRET must have at least 32 bytes"],
	[{ SECRETS_KEY: "c2hvcnQ=" }, "SECRETS_KEY must be 32 bytes in base64"],
])("%o is refused with what to do", (secrets, message) => {
	expect(() => checkSecrets(secrets)).toThrow(message);
});
