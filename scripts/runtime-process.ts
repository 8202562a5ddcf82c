/**
 * The workerd process under a Miniflare: which it is, and that it does not outlive us.
 *
 * Miniflare starts workerd anew when it dies, and tells nobody the process id. Node announces every child process on a
 * diagnostics channel; the async context tells which Miniflare it belongs to.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { type ChildProcess, spawn } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";

export interface RuntimeWatcher {
	spawned(pid: number): void;
	exited(): void;
}

const watchers = new AsyncLocalStorage<RuntimeWatcher>();

subscribe("child_process", (message) => {
	const watcher = watchers.getStore();
	const { process: child } = message as { process: ChildProcess };
	if (watcher) child.once("spawn", () => watch(child, watcher));
});

/** Every workerd that `start` or what it sets up ever spawns is reported to the watcher. */
export function watchRuntime<T>(watcher: RuntimeWatcher, start: () => T): T {
	return watchers.run(watcher, start);
}

function watch(child: ChildProcess, watcher: RuntimeWatcher): void {
	if (!child.spawnfile.includes("workerd") || child.pid === undefined) return;
	const release = watchers.exit(() => guard(child.pid as number));
	child.once("exit", () => {
		release();
		watcher.exited();
	});
	watcher.spawned(child.pid);
}

/**
 * workerd does not notice the death of its parent, so a shell does: its standard input ends when we are gone, however we
 * went. A line instead lets it go. Without a POSIX shell there is no guard.
 */
function guard(pid: number): () => void {
	const script = 'trap "" INT TERM HUP; read -r _ || kill -9 "$0"';
	const shell = spawn("sh", ["-c", script, String(pid)], { stdio: ["pipe", "ignore", "ignore"] });
	shell.once("error", () => {});
	shell.stdin.once("error", () => {});
	shell.unref();
	return () => shell.stdin.end("\n");
}
