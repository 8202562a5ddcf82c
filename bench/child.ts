/** A helper process of the benchmarks: it says which port it listens on, and leaves when it is let go or we are gone. */
import { spawn } from "node:child_process";

export interface Child {
	port: number;
	stop(): Promise<void>;
}

export interface ChildOptions {
	/** Preloaded by `--require`. */
	preload?: string;
	cwd?: string;
	env?: Record<string, string>;
}

type Message = { port: number } | { missing: string };

const leaveWithinMs = 5_000;

/** Rejects where the process ends, or says what it misses, before it listens. */
export async function startChild(file: string, { preload, cwd, env }: ChildOptions = {}): Promise<Child> {
	const child = spawn(process.execPath, [...(preload ? ["--require", preload] : []), file], {
		cwd,
		env: { ...process.env, ...env },
		stdio: ["ignore", "ignore", "inherit", "ipc"],
	});
	const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
	const message = await new Promise<Message>((resolve, reject) => {
		child.once("message", (message) => resolve(message as Message));
		child.once("error", reject);
		void exited.then(() => reject(new Error(`${file} ended before it listened`)));
	});
	if ("missing" in message) throw new Error(message.missing);
	return {
		port: message.port,
		async stop() {
			if (child.connected) child.disconnect();
			const timer = setTimeout(() => child.kill("SIGKILL"), leaveWithinMs);
			await exited;
			clearTimeout(timer);
		},
	};
}
