/** Our calls over real HTTP, against a server on loopback that speaks the providers' wire formats. */
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AppError } from "#core/errors";
import { type Answer, type EmbeddingServer, startEmbeddingServer } from "#rag/embeddings/embedding-server.fixture";
import { rerankAccess } from "./rerank-settings.ts";
import { rerankerFor, type RerankingSurroundings } from "./reranker-for.ts";

const apiKey = "sk-secret";
const keys = { COHERE_API_KEY: apiKey, JINA_API_KEY: apiKey, VOYAGE_API_KEY: apiKey };
const found = [
	{ title: "Birds", text: "Owls hunt at night.", score: 0.9 },
	{ title: "Trains", text: "Rails of steel.", score: 0.5 },
	{ title: "", text: "Bread.", score: 0.1 },
];
const texts = ["Birds Owls hunt at night.", "Trains Rails of steel.", " Bread."];
const span = { attributes: {} };

let server: EmbeddingServer;

beforeEach(async () => {
	server = await startEmbeddingServer();
	server.answer = () => ({ vectors: [0.2, 0.9, 0.4] });
});
afterEach(async () => await server.close());

async function scores(name: string, changed: Partial<RerankingSurroundings> = {}, candidates = found) {
	const reranker = await rerankerFor(name, {
		access: rerankAccess(keys),
		languageModel: () => expect.unreachable("It is no language model."),
		fetch: server.fetch,
		policy: { delay: 1, maxDelay: 2_000 },
		...changed,
	});
	return await reranker.scores("who hunts?", candidates, span);
}

async function failure(work: Promise<unknown>): Promise<AppError> {
	const error: unknown = await work.then(
		() => expect.unreachable("It did not fail."),
		(thrown: unknown) => thrown,
	);
	expect(error).toBeInstanceOf(AppError);
	expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(apiKey);
	return error as AppError;
}

const common = { query: "who hunts?", documents: texts };
const wires: Record<string, { name: string; path: string; body: unknown }> = {
	"Cohere: API v2, Rerank": {
		name: "cohere/rerank-v3.5",
		path: "api.cohere.com/v2/rerank",
		body: { ...common, model: "rerank-v3.5", top_n: 3 },
	},
	"Jina: Reranker": {
		name: "jina/jina-reranker-v2-base-multilingual",
		path: "api.jina.ai/v1/rerank",
		body: { ...common, model: "jina-reranker-v2-base-multilingual", top_n: 3, return_documents: false },
	},
	"Voyage: Rerankers": {
		name: "voyage/rerank-2.5",
		path: "api.voyageai.com/v1/rerank",
		body: { ...common, model: "rerank-2.5", top_k: 3, return_documents: false, truncation: true },
	},
};

describe.each(Object.entries(wires))("%s", (_, { name, path, body }) => {
	const provider = name.split("/")[0]!;

	it("sends query and passages, and gives the scores in the order of the passages", async () => {
		expect(await scores(name)).toEqual([0.2, 0.9, 0.4]);
		expect(server.requests).toMatchObject([{ path, headers: { authorization: `Bearer ${apiKey}` } }]);
		expect(server.requests[0]!.body).toEqual(body);
	});

	it("asks again when it was limited, as long as the provider says", async () => {
		server.answer = ({ seen }) =>
			seen === 0 ? { status: 429, headers: { "retry-after": "0" } } : { vectors: [0, 1, 0.5] };
		expect(await scores(name)).toEqual([0, 1, 0.5]);
		expect(server.requests).toHaveLength(2);
	});

	it.each<[string, number, Answer, string, RegExp]>([
		["is limited for long", 1, { status: 429, headers: { "retry-after": "60" } }, "rate_limited", /is limiting/],
		["is limited again and again", 3, { status: 429 }, "rate_limited", /is limiting requests \(429/],
		["fails", 3, { status: 500 }, "provider_error", /failed \(500/],
		["refuses the key", 1, { status: 401 }, "provider_error", /refused the key \(401/],
		["does not have the model", 1, { status: 404 }, "provider_error", /does not know the model/],
		["rejects the request", 1, { status: 400 }, "provider_error", /rejected the request \(400/],
	])("%s: called %i times", async (_name, requests, answer, code, message) => {
		server.answer = ({ headers: sent }) => ({ body: { error: { message: inspect(sent), code: apiKey } }, ...answer });
		const error = await failure(scores(name));
		expect(error.code).toBe(code);
		expect(error.message).toMatch(message);
		expect(error.message).toMatch(new RegExp(`^${provider} `));
		expect(server.requests).toHaveLength(requests);
	});

	it.each<[string, Answer, RegExp]>([
		["too few scores", { vectors: [0.1, 0.2] }, /gave 2 scores for 3 texts/],
		["too many", { vectors: [0.1, 0.2, 0.3, 0.4] }, /gave 4 scores for 3 texts/],
		["null, as JSON has no NaN", { vectors: [0.1, null, 0.3] }, /not understood/],
		["text for a number", { vectors: [0.1, "0.2", 0.3] }, /not understood/],
		["another form", { body: { message: "hello" } }, /not understood/],
		["HTML", { body: "<html>" }, /not understood/],
		["megabytes", { body: JSON.stringify("x".repeat(3_000_000)) }, /more than 2097152 bytes/],
	])("refuses an answer with %s, and does not ask again", async (_name, answer, message) => {
		server.answer = () => answer;
		const error = await failure(scores(name));
		expect(error).toMatchObject({ code: "provider_error", message: expect.stringMatching(message) });
		expect(server.requests).toHaveLength(1);
	});
});

describe("places", () => {
	it.each([
		["beyond the last", [0, 1, 3], /a score for no text/],
		["below the first", [0, 1, -1], /a score for no text/],
		["between two", [0, 1, 1.5], /a score for no text/],
		["named twice", [0, 1, 1], /two scores for one text/],
	])("%s are refused", async (_, indexes, message) => {
		server.answer = () => ({ body: { results: indexes.map((index) => ({ index, relevance_score: 0.5 })) } });
		expect((await failure(scores("cohere/rerank-v3.5"))).message).toMatch(message);
	});
});

it("brings logits to 0 to 1, in their order", async () => {
	server.answer = () => ({ vectors: [-4, 6.5, 0] });
	const [low, high, middle] = await scores("jina/bge-reranker-v2-m3");
	expect(middle).toBe(0.5);
	expect(low).toBeCloseTo(0.018, 3);
	expect(high).toBeCloseTo(0.9985, 4);
});

it("cuts long passages, between characters", async () => {
	await scores("voyage/rerank-2.5", {}, [{ title: "", text: "🦉".repeat(4_000), score: 1 }, ...found.slice(1)]);
	const [sent] = server.requests[0]!.texts;
	expect(sent!.length).toBe(4_000);
	expect(sent!.isWellFormed()).toBe(true);
});

it("runs out of time for a provider that says nothing", async () => {
	server.answer = () => "hang";
	const error = await failure(scores("cohere/rerank-v3.5", { policy: { timeout: 100 } }));
	expect(error).toMatchObject({ code: "provider_timeout", message: "cohere gave no scores within 0.1 s." });
	await vi.waitFor(() => expect(server.requests).toMatchObject([{ disconnected: true }]));
});

it("says that a server is not there", async () => {
	await server.close();
	const error = await failure(scores("cohere/rerank-v3.5"));
	expect(error).toMatchObject({ code: "provider_error", message: "cohere could not be reached." });
});

it("calls a server of the deployment's own, which may ask for no key", async () => {
	const access = rerankAccess({ JINA_BASE_URL: `${server.url}/v1/` });
	expect(await scores("jina/BAAI/bge-reranker-v2-m3", { access })).toEqual([0.2, 0.9, 0.4]);
	expect(server.requests).toMatchObject([{ path: "v1/rerank", body: { model: "BAAI/bge-reranker-v2-m3" } }]);
	expect(server.requests[0]!.headers).not.toHaveProperty("authorization");
});

describe("names", () => {
	it.each([
		["cohere/rerank-v3.5", "COHERE_API_KEY"],
		["jina/jina-reranker-v2-base-multilingual", "JINA_API_KEY"],
		["voyage/rerank-2.5", "VOYAGE_API_KEY"],
		["@cf/baai/bge-reranker-base", "the binding AI"],
		["workers-ai/@cf/baai/bge-reranker-base", "the binding AI"],
	])("%s needs %s", async (name, setting) => {
		const error = await failure(scores(name, { access: rerankAccess({ COHERE_API_KEY: "" }) }));
		expect(error).toMatchObject({ code: "provider_not_configured", message: expect.stringContaining(setting) });
	});

	it.each([
		"rerank",
		"local/dev",
		"local/rerank-2",
		"acme/rerank",
		"constructor/x",
		"cohere/../files",
		"cohere/a?b",
		"cohere/",
	])("%s is no reranker's", async (name) => {
		expect((await failure(scores(name))).code).toBe("invalid_input");
		expect(server.requests).toEqual([]);
	});
});
