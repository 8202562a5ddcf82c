/** Restate: its server with a state folder of its own, and a service of its SDK. The door is Restate's ingress. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer as createHttp2Server } from "node:http2";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as restate from "@restatedev/restate-sdk";
import { branches, fanoutSteps, leaveWith, port, ready, sequenceSteps } from "./door.mjs";

const folder = mkdtempSync(join(process.env.BENCH_STATE_DIR ?? tmpdir(), "bench-restate-"));
const [ingress, admin, node, service] = await freePorts(port);
const server = startServer();
const exited = new Promise((resolve) => server.once("exit", resolve));
const leave = leaveWith(async () => {
	server.kill("SIGKILL");
	await exited;
	rmSync(folder, { recursive: true, force: true });
});
void exited.then(leave);

const bench = restate.service({ name: "bench", handlers: { sequence, fanout } });
const endpoint = restate
	.endpoint()
	.bind(bench)
	.setLogger(() => {});
createHttp2Server(endpoint.http2Handler()).listen(service, "127.0.0.1");
await untilUp(`http://127.0.0.1:${admin}/health`);
await untilUp(`http://127.0.0.1:${ingress}/restate/health`);
await register();
ready({ sequence: `http://127.0.0.1:${ingress}/bench/sequence`, fanout: `http://127.0.0.1:${ingress}/bench/fanout` });

async function sequence(ctx) {
	let steps = 0;
	for (let i = 0; i < sequenceSteps; i++) steps += await ctx.run(`step${i}`, () => 1);
	return counted(steps, sequenceSteps);
}

async function fanout(ctx) {
	const before = await ctx.run("before", () => 1);
	const made = Array.from({ length: branches }, (_, i) => ctx.run(`branch${i}`, () => 1));
	const done = await restate.RestatePromise.all(made);
	const merge = await ctx.run("merge", () => 1);
	return counted(before + done.reduce((sum, one) => sum + one, 0) + merge, fanoutSteps);
}

function counted(steps, expected) {
	if (steps !== expected) throw new restate.TerminalError(`${steps} of ${expected} steps`);
	return { steps };
}

function startServer() {
	const binary = createRequire(import.meta.url).resolve(
		`@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`,
	);
	return spawn(binary, ["--no-logo", "--listen-mode", "tcp", "--base-dir", folder, "--node-name", "bench"], {
		env: {
			...process.env,
			RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
			RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
			RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
			RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${node}/`,
			// It asks Kubernetes where it runs, and would say that there is none.
			RESTATE_LOG_FILTER: "error,octocrab=off",
			DO_NOT_TRACK: "1",
		},
		stdio: ["ignore", "ignore", "inherit"],
	});
}

async function register() {
	const response = await fetch(`http://127.0.0.1:${admin}/deployments`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ uri: `http://127.0.0.1:${service}` }),
	});
	if (!response.ok) throw new Error(`Restate does not take the service: ${response.status} ${await response.text()}`);
}

async function untilUp(url) {
	for (;;) {
		const response = await fetch(url).catch(() => undefined);
		if (response?.ok) return;
		await delay(50);
	}
}

/** The first is the caller's choice; all are held until the last is known, so that they differ. */
async function freePorts(first) {
	const sockets = [];
	for (const wanted of [first, 0, 0, 0]) {
		const socket = createServer();
		await new Promise((resolve, reject) => socket.once("error", reject).listen(wanted, "127.0.0.1", resolve));
		sockets.push(socket);
	}
	const ports = sockets.map((socket) => socket.address().port);
	await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.close(resolve))));
	return ports;
}
