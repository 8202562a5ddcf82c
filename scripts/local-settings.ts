/** Where the local platform listens and keeps its state: `PORT`, `HOST` and `STATE_DIR`. */
import { resolve } from "node:path";
import type { Environment } from "./environment.ts";
import { root } from "./root.ts";
import { SetupError } from "./setup-error.ts";

export interface LocalSettings {
	host: string;
	/** 0 takes any free port. */
	port: number;
	/** Absolute. */
	stateDir: string;
}

export function localSettings({ PORT, HOST, STATE_DIR }: Environment): LocalSettings {
	return {
		host: HOST || "127.0.0.1",
		port: parsePort(PORT || "8000"),
		stateDir: resolve(root, STATE_DIR || ".state"),
	};
}

function parsePort(text: string): number {
	const port = Number(text);
	if (!/^\d{1,5}$/.test(text) || port > 65_535) {
		throw new SetupError(`PORT must be a number from 0 to 65535, not ${JSON.stringify(text)}.`);
	}
	return port;
}
