/** Other workflow engines, each a process of its own; their packages are installed on demand. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { freePort } from "../../scripts/free-port.ts";
import { PeerPackages } from "../peer-packages.ts";

export const peerNames = ["langgraph", "mastra", "dbos", "restate"] as const;
export type PeerName = (typeof peerNames)[number];

/** Where to POST to for one run of a workflow. */
export type Doors = Record<"sequence" | "fanout", string>;

export interface Peers {
	doors: Partial<Record<PeerName, Doors>>;
	/** Why the others are not here. */
	missing: Partial<Record<PeerName, string>>;
	stop(): Promise<void>;
}

const packages = new PeerPackages("other workflow engines", "workflow-peers");
const readyWithinMs = 30_000;
const leaveWithinMs = 5_000;

/** Those that can be had: it never rejects for one that cannot. */
export async function startPeers(): Promise<Peers> {
	const peers: Peers = { doors: {}, missing: {}, stop };
	const stops: (() => Promise<void>)[] = [];
	try {
		await packages.install();
	} catch (error) {
		for (const name of peerNames) peers.missing[name] = `not installed: ${reasonOf(error)}`;
		return peers;
	}
	for (const name of peerNames) {
		try {
			const started = await startPeer(name);
			stops.push(started.stop);
			peers.doors[name] = started.doors;
		} catch (error) {
			peers.missing[name] = reasonOf(error);
		}
	}
	return peers;

	async function stop() {
		await Promise.all(stops.map((stop) => stop()));
	}
}

async function startPeer(name: PeerName): Promise<{ doors: Doors; stop: () => Promise<void> }> {
	const port = await freePort("127.0.0.1", 0);
	const child = spawn(process.execPath, ["--no-deprecation", `${name}.mjs`, String(port)], {
		cwd: packages.folder,
		// State lies on the disk that ours lies on: a temporary directory may be memory.
		env: { ...process.env, BENCH_STATE_DIR: packages.folder },
		stdio: "pipe",
	});
	const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()).once("error", () => resolve()));
	const stop = async () => {
		child.stdin.end();
		const timer = setTimeout(() => child.kill("SIGKILL"), leaveWithinMs);
		await exited;
		clearTimeout(timer);
	};
	child.stdin.on("error", () => {});
	try {
		return { doors: await doorsOf(child, exited), stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

async function doorsOf(child: ChildProcessWithoutNullStreams, exited: Promise<void>): Promise<Doors> {
	let timer: NodeJS.Timeout | undefined;
	let complaint = "";
	child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint = `${complaint}${text}`.slice(-4_000)));
	try {
		return await new Promise<Doors>((resolve, reject) => {
			timer = setTimeout(() => reject(new Error(`not ready in time\n${complaint}`)), readyWithinMs);
			createInterface({ input: child.stdout }).on("line", (line) => {
				if (line.startsWith('{"sequence":')) resolve(JSON.parse(line) as Doors);
			});
			void exited.then(() => reject(new Error(`ended before it was ready\n${complaint}`)));
		});
	} finally {
		clearTimeout(timer);
	}
}

/** What happened, and of what a program wrote about it the line that names an error: a cell of a table. */
function reasonOf(error: unknown): string {
	const lines = String(error instanceof Error ? error.message : error).split("\n");
	const named = lines.slice(1).find((line) => /^(npm error \D|\w*Error\b.*: )/.test(line));
	return [lines[0], named].filter(Boolean).join(": ").replaceAll("|", "/").slice(0, 300);
}
