/** Agent turns with an instant loopback model: the platform against a bare Worker that makes the same AI SDK call. */
import { setTimeout as delay } from "node:timers/promises";
import type { ApiClient } from "../scripts/api-client.ts";
import { rateOf, type Target } from "./load.ts";
import { numberOf, type Row } from "./row.ts";
import { median, medianRatio } from "./statistics.ts";

export interface AgentBenchOptions {
	/** Signed in. */
	api: ApiClient;
	bareUrl: string;
	/** Base URL of the loopback model server. */
	modelUrl: string;
}

type PromptMessage =
	| { role: "system"; content: string }
	| { role: "user" | "assistant"; content: { type: "text"; text: string }[] };

const turns = 150;
const streamRounds = 5;
const streams = { connections: 16, requests: 160 };
/** Listings and telemetry follow a run; what comes next does not pay for them. */
const restMs = 1_000;
/** From this turn on a conversation counts as long. */
const longTurn = 200;
const pairs = 60;

const system = "You answer briefly.";
const question = "Say hello to the reader of these benchmarks.";
/** What the model server's default model says. */
const answer = "Hello from the loopback model.";

export async function agentBench({ api, bareUrl, modelUrl }: AgentBenchOptions): Promise<Row[]> {
	await api.call("POST", "/api/v1/providers", { name: "loopback", kind: "openai-compatible", baseUrl: modelUrl });
	const short = await execution(api, "answer");
	const long = await execution(api, "chunks-50");
	const bare = (model: string, prompt = promptOf(1)) => ({ baseUrl: modelUrl, model, prompt });
	const ask = (path: string, body: object) => timed(() => api.call("POST", path, body));
	const askBare = (body: object) => timed(() => post(bareUrl, body).then((response) => response.text()));

	for (let i = 0; i < 20; i++) {
		await ask(short, { message: question });
		await ask(short, inKeptSession(i));
		await askBare(bare("answer"));
	}
	const fresh: number[] = [];
	const kept: number[] = [];
	const direct: number[] = [];
	for (let i = 0; i < turns; i++) {
		fresh.push(await ask(short, { message: question }));
		kept.push(await ask(short, inKeptSession(i)));
		direct.push(await askBare(bare("answer")));
	}
	const first: number[] = [];
	const firstDirect: number[] = [];
	for (let i = 0; i < turns; i++) {
		const message = { message: question, streaming: true };
		first.push(await firstText(() => api.fetch("POST", long, message), "message.delta"));
		firstDirect.push(await firstText(() => post(bareUrl, { ...bare("chunks-50"), streaming: true }), "chunk"));
	}
	return [
		addedRow("agent turn in a new session, added to the bare AI SDK call, median", fresh, direct, 15, 5),
		addedRow("agent turn in a session that exists, added, median", kept, direct, 15, 5),
		addedRow("first streamed token, later by, median", first, firstDirect, 10, 3),
		await streamRow(
			{
				url: `${api.url}${long}`,
				headers: { authorization: `Bearer ${api.token}` },
				body: { message: question, streaming: true },
				expect: "event: run.completed",
			},
			{ url: bareUrl, body: { ...bare("chunks-50"), streaming: true }, expect: "data: [DONE]" },
		),
		await growthRow(ask, askBare, short, (turn) => bare("answer", promptOf(turn))),
	];
}

/** The path that executes a new agent with this model of the loopback server. */
async function execution(api: ApiClient, model: string): Promise<string> {
	const config = { model: `loopback/${model}`, systemPrompt: system };
	const agent = await api.call("POST", "/api/v1/agents", { name: `Bench ${model}`, framework: "langchain", config });
	return `/api/v1/agents/${agent.id}/execute`;
}

/** What the model is given in the turn with this number. */
function promptOf(turn: number): PromptMessage[] {
	const said = (role: "user" | "assistant", text: string) => ({ role, content: [{ type: "text" as const, text }] });
	const before = Array.from({ length: turn - 1 }, () => [said("user", question), said("assistant", answer)]).flat();
	return [{ role: "system", content: system }, ...before, said("user", question)];
}

/** One of ten sessions, in turn. */
function inKeptSession(turn: number): object {
	return { message: question, sessionId: `kept-${turn % 10}` };
}

function addedRow(name: string, ours: number[], direct: number[], atMost: number, goal: number): Row {
	const [our, bare] = [median(ours), median(direct)];
	const measured = `${numberOf(our)} ms against ${numberOf(bare)} ms`;
	return { name, value: our - bare, unit: " ms", measured, atMost, goal };
}

async function streamRow(platform: Target, bare: Target): Promise<Row> {
	const [ours, theirs]: [number[], number[]] = [[], []];
	for (const target of [platform, bare]) await rateOf(target, streams);
	for (let round = 0; round < streamRounds; round++) {
		for (const [target, rates] of [
			[platform, ours],
			[bare, theirs],
		] as const) {
			rates.push(await rateOf(target, streams));
			await delay(restMs);
		}
	}
	return {
		name: "50-chunk streams/s at 16 at once, against the bare Worker",
		value: medianRatio(ours, theirs),
		unit: "×",
		measured: `${numberOf(median(ours))}/s against ${numberOf(median(theirs))}/s`,
		atLeast: 0.4,
		goal: 0.8,
	};
}

/**
 * The second turn of a new conversation and the latest of a long one, in turns. The bare Worker is given the same
 * prompts, and its time taken off: what is left is what the conversation costs us.
 */
async function growthRow(
	ask: (path: string, body: object) => Promise<number>,
	askBare: (body: object) => Promise<number>,
	path: string,
	bareCall: (turn: number) => object,
): Promise<Row> {
	const long = { message: question, sessionId: "long" };
	for (let turn = 1; turn < longTurn; turn++) await ask(path, long);
	const early: number[] = [];
	const late: number[] = [];
	for (let pair = 0; pair < pairs; pair++) {
		const short = { message: question, sessionId: `short-${pair}` };
		await ask(path, short);
		early.push((await ask(path, short)) - (await askBare(bareCall(2))));
		late.push((await ask(path, long)) - (await askBare(bareCall(longTurn + pair))));
	}
	return {
		name: "turn 200 of a conversation against turn 2, without the model's own time",
		value: median(late) / median(early),
		unit: "×",
		measured: `${numberOf(median(late))} ms against ${numberOf(median(early))} ms`,
		atMost: 1.5,
	};
}

async function timed(work: () => Promise<unknown>): Promise<number> {
	const started = performance.now();
	await work();
	return performance.now() - started;
}

/** Milliseconds until the text arrives; the rest is read and not counted. */
async function firstText(send: () => Promise<Response>, text: string): Promise<number> {
	const started = performance.now();
	const { body, ok } = await send();
	if (!ok || !body) throw new Error("no stream");
	let seen = "";
	let took: number | undefined;
	for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
		if (took !== undefined) continue;
		seen += chunk;
		if (seen.includes(text)) took = performance.now() - started;
	}
	if (took === undefined) throw new Error(`the stream ended without ${text}: ${seen}`);
	return took;
}

async function post(url: string, body: object): Promise<Response> {
	const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
	if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
	return response;
}
