/** `runtime.json` in the state folder: how other processes find the running platform. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SetupError } from "./setup-error.ts";

export interface RuntimeRecord {
	url: string;
	port: number;
	/** workerd; another one after a crash. */
	pid: number;
	/** The process that started workerd and starts it again. */
	supervisor: number;
}

export function writeRuntimeRecord(stateDir: string, record: RuntimeRecord): void {
	const path = pathIn(stateDir);
	writeFileSync(`${path}.new`, `${JSON.stringify(record)}\n`);
	renameSync(`${path}.new`, path);
}

/** The record, where its supervisor is still alive. */
export function readRuntimeRecord(stateDir: string): RuntimeRecord | undefined {
	const path = pathIn(stateDir);
	if (!existsSync(path)) return undefined;
	const record = JSON.parse(readFileSync(path, "utf8")) as RuntimeRecord;
	return isAlive(record.supervisor) ? record : undefined;
}

/** Two runtimes on the same database files would corrupt them. */
export function refuseSecond(stateDir: string): void {
	const running = readRuntimeRecord(stateDir);
	if (running) throw new SetupError(`The platform already runs on this state, at ${running.url} (${stateDir}).`);
}

export function removeRuntimeRecord(stateDir: string): void {
	rmSync(pathIn(stateDir), { force: true });
}

export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}

function pathIn(stateDir: string): string {
	return join(stateDir, "runtime.json");
}
