/** Secrets for local use: made at the first start and kept, readable by the owner alone, in `secrets.env`. */
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { Environment } from "./environment.ts";
import { SetupError } from "./setup-error.ts";

const generators: Record<string, () => string> = {
	JWT_SECRET: () => randomBytes(48).toString("base64url"),
	SECRETS_KEY: () => randomBytes(32).toString("base64"),
	ADMIN_PASSWORD: () => randomBytes(15).toString("base64url"),
};

const defaults = {
	ADMIN_EMAIL: "admin@localhost.test",
	/** Loopback counts as public on a developer's machine: its model servers, MCP servers and webhooks live there. */
	EGRESS_ALLOW: "127.0.0.0/8,::1,localhost",
};

export function secretsPath(stateDir: string): string {
	return join(stateDir, "secrets.env");
}

/** The environment over the file over the defaults. */
export function readLocalSecrets(stateDir: string, environment: Environment): Environment {
	return { ...defaults, ...kept(stateDir), ...withoutEmpty(environment) };
}

/**
 * Adds to the file what neither it nor the environment has, and resolves with the names of that. What the environment
 * sets is never written.
 */
export function makeLocalSecrets(stateDir: string, environment: Environment): string[] {
	const isFirstStart = !existsSync(secretsPath(stateDir));
	const known = readLocalSecrets(stateDir, environment);
	const missing = Object.keys(generators)
		.filter((name) => !known[name])
		// The admin is created once, so a password made later would open nothing.
		.filter((name) => name !== "ADMIN_PASSWORD" || isFirstStart);
	if (isFirstStart || missing.length > 0) {
		const header = isFirstStart
			? "# Made at the first start, for this machine alone. Without it, sealed data is lost.\n"
			: "";
		append(stateDir, header + missing.map((name) => `${name}=${generateSecret(name)}\n`).join(""));
	}
	return missing;
}

/** A new value for the secrets that need no person to choose them. */
export function generateSecret(name: string): string | undefined {
	return generators[name]?.();
}

/** Throws what a person can act on, before a Worker would refuse to start without saying so. */
export function checkSecrets({ JWT_SECRET, SECRETS_KEY }: Environment): void {
	if (JWT_SECRET && Buffer.byteLength(JWT_SECRET) < 32) {
		throw new SetupError("JWT_SECRET must have at least 32 bytes. Unset it to have one made.");
	}
	if (SECRETS_KEY && Buffer.from(SECRETS_KEY, "base64").length !== 32) {
		throw new SetupError("SECRETS_KEY must be 32 bytes in base64. Unset it to have one made.");
	}
}

function kept(stateDir: string): Environment {
	const path = secretsPath(stateDir);
	return existsSync(path) ? parseEnv(readFileSync(path, "utf8")) : {};
}

function append(stateDir: string, text: string): void {
	mkdirSync(stateDir, { recursive: true });
	writeFileSync(secretsPath(stateDir), text, { mode: 0o600, flag: "a" });
	chmodSync(secretsPath(stateDir), 0o600);
}

function withoutEmpty(environment: Environment): Environment {
	return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
}
