/** The MCP project's reference server, from `test/peers`, in a process of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { root } from "../../scripts/root.ts";

const program = join(root, "test/peers/node_modules/@modelcontextprotocol/server-everything/dist/index.js");

export interface EverythingServer {
	stop(): Promise<void>;
}

/** One of its tools tells its environment: it gets nothing of ours. */
export async function startEverythingServer(port: number): Promise<EverythingServer> {
	const env = { PORT: String(port) } as unknown as NodeJS.ProcessEnv;
	const child = spawn(process.execPath, [program, "streamableHttp"], { env, stdio: "ignore" });
	await untilListening(port);
	return {
		async stop() {
			const exited = once(child, "exit");
			child.kill("SIGKILL");
			await exited;
		},
	};
}

async function untilListening(port: number): Promise<void> {
	for (let attempt = 0; attempt < 100; attempt++) {
		const answered = await fetch(`http://127.0.0.1:${port}/mcp`).then(
			() => true,
			() => false,
		);
		if (answered) return;
		await delay(100);
	}
	throw new Error(`Nothing listens on port ${port} after ten seconds.`);
}
