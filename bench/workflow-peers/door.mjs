/** What the peers have in common: the HTTP door to their workflows, what they may use, and how they leave. */
import { createServer } from "node:http";

/** At a time, for each peer alike: more than the benchmark asks for at once. */
export const databaseConnections = 20;

export const postgresUrl = process.env.BENCH_POSTGRES_URL ?? "postgres://postgres@127.0.0.1:5432/postgres";

/** The port that the caller chose, or any that is free. */
export const port = Number(process.argv[2] ?? 0);

export const sequenceSteps = 10;
export const branches = 20;
/** One before the branches, and the merge. */
export const fanoutSteps = branches + 2;

/**
 * Runs a workflow to its end for each `POST /sequence` and `POST /fanout`. A workflow resolves to the number of steps
 * that its last state tells of; anything but all of them is answered 500.
 *
 * @param {{ sequence: () => Promise<number>, fanout: () => Promise<number> }} workflows
 */
export function openDoor({ sequence, fanout }) {
	const routes = new Map([
		["POST /sequence", () => counted(sequence, sequenceSteps)],
		["POST /fanout", () => counted(fanout, fanoutSteps)],
		["GET /ready", async () => ({ ready: true })],
	]);
	const server = createServer(async (request, response) => {
		request.resume();
		const route = routes.get(`${request.method} ${request.url}`);
		if (!route) return void response.writeHead(404).end();
		try {
			answer(response, 200, await route());
		} catch (error) {
			answer(response, 500, { error: String(error) });
		}
	});
	server.listen(port, "127.0.0.1", () => {
		const url = `http://127.0.0.1:${server.address().port}`;
		ready({ sequence: `${url}/sequence`, fanout: `${url}/fanout` });
	});
}

/** Tells whoever started this process where to POST to. */
export function ready(urls) {
	console.log(JSON.stringify(urls));
}

/**
 * Ends the process when the caller lets go or is gone; the function that it returns does so as well.
 *
 * @param {() => unknown} cleanUp Runs once.
 */
export function leaveWith(cleanUp) {
	let left;
	const leave = () => (left ??= Promise.resolve(cleanUp()).finally(() => process.exit(0)));
	process.once("SIGTERM", leave);
	process.once("SIGINT", leave);
	process.stdin.once("close", leave).once("end", leave).resume();
	return leave;
}

async function counted(workflow, expected) {
	const steps = await workflow();
	if (steps !== expected) throw new Error(`${steps} of ${expected} steps`);
	return { steps };
}

function answer(response, status, value) {
	const text = JSON.stringify(value);
	response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
	response.end(text);
}
