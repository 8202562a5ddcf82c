/** Our calls over real HTTP, against a server on loopback that speaks the providers' wire formats. */
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { egressFetch } from "#core/egress";
import { AppError } from "#core/errors";
import type { PaidEmbedOptions } from "./embedder.ts";
import { embedderFor, type EmbeddingSurroundings } from "./embedder-for.ts";
import type { EmbeddingSettings } from "./embedding-settings.ts";
import { type Answer, type EmbeddingServer, startEmbeddingServer, vectorOf } from "./embedding-server.fixture.ts";

const accountId = "0123456789abcdef0123456789abcdef";
const apiKey = "sk-secret";
const openAi: EmbeddingSettings = { model: "openai/text-embedding-3-small", apiKey };
const quick = { delay: 1, maxDelay: 2_000 };

let server: EmbeddingServer;

beforeEach(async () => {
	server = await startEmbeddingServer();
});
afterEach(async () => {
	vi.unstubAllEnvs();
	await server.close();
});

async function embed(
	settings: EmbeddingSettings,
	texts: string[],
	options: PaidEmbedOptions = {},
	surroundings: Partial<EmbeddingSurroundings> = {},
): Promise<number[][]> {
	const embedder = embedderFor(settings, { fetch: server.fetch, policy: quick, ...surroundings });
	return (await embedder.embed(texts, options)).map((vector) => [...vector]);
}

async function failure(embedding: Promise<unknown>): Promise<AppError> {
	const error: unknown = await embedding.then(
		() => expect.unreachable("It did not fail."),
		(thrown: unknown) => thrown,
	);
	expect(error).toBeInstanceOf(AppError);
	expect(inspect(error, { depth: 20, showHidden: true })).not.toContain("sk-secret");
	return error as AppError;
}

function textsOf(count: number): string[] {
	return Array.from({ length: count }, (_, index) => `text ${index}`);
}

interface Wire {
	settings: EmbeddingSettings;
	path: string;
	headers: Record<string, string>;
	/** For two passages, and for one question. */
	passages: unknown;
	question: unknown;
}

const authorization = `Bearer ${apiKey}`;
const wires: Record<string, Wire> = {
	"OpenAI: Create embeddings": {
		settings: { ...openAi, dimensions: 4 },
		path: "api.openai.com/v1/embeddings",
		headers: { authorization },
		passages: { model: "text-embedding-3-small", input: ["one", "three"], encoding_format: "float", dimensions: 4 },
		question: { model: "text-embedding-3-small", input: ["two?"], encoding_format: "float", dimensions: 4 },
	},
	"Azure OpenAI v1: Create embeddings": {
		settings: { model: "azure/our-deployment", apiKey, baseUrl: "https://acme.openai.azure.com/openai" },
		path: "acme.openai.azure.com/openai/v1/embeddings?api-version=v1",
		headers: { "api-key": apiKey },
		passages: { model: "our-deployment", input: ["one", "three"], encoding_format: "float" },
		question: { model: "our-deployment", input: ["two?"], encoding_format: "float" },
	},
	"Gemini: batchEmbedContents and embedContent, with the task": {
		settings: { model: "google/gemini-embedding-001", apiKey, dimensions: 4 },
		path: "generativelanguage.googleapis.com/v1beta/models/gemini-embedding-001:batchEmbedContents",
		headers: { "x-goog-api-key": apiKey },
		passages: {
			requests: ["one", "three"].map((text) => ({
				model: "models/gemini-embedding-001",
				content: { role: "user", parts: [{ text }] },
				outputDimensionality: 4,
				taskType: "RETRIEVAL_DOCUMENT",
			})),
		},
		question: {
			model: "models/gemini-embedding-001",
			content: { parts: [{ text: "two?" }] },
			outputDimensionality: 4,
			taskType: "RETRIEVAL_QUERY",
		},
	},
	"Gemini 2, which takes the task in the text": {
		settings: { model: "google/gemini-embedding-2", apiKey },
		path: "generativelanguage.googleapis.com/v1beta/models/gemini-embedding-2:batchEmbedContents",
		headers: { "x-goog-api-key": apiKey },
		passages: {
			requests: ["one", "three"].map((text) => ({
				model: "models/gemini-embedding-2",
				content: { role: "user", parts: [{ text: `title: none | text: ${text}` }] },
			})),
		},
		question: {
			model: "models/gemini-embedding-2",
			content: { parts: [{ text: "task: search result | query: two?" }] },
		},
	},
	"Hugging Face: feature extraction, with the prefixes of E5": {
		settings: { model: "huggingface/intfloat/multilingual-e5-large", apiKey },
		path: "router.huggingface.co/hf-inference/models/intfloat/multilingual-e5-large/pipeline/feature-extraction",
		headers: { authorization },
		passages: { inputs: ["passage: one", "passage: three"], truncate: true },
		question: { inputs: ["query: two?"], truncate: true },
	},
	"Hugging Face: an Inference Endpoint": {
		settings: {
			model: "huggingface/BAAI/bge-m3",
			apiKey,
			baseUrl: "https://x1.us-east-1.aws.endpoints.huggingface.cloud",
		},
		path: "x1.us-east-1.aws.endpoints.huggingface.cloud",
		headers: { authorization },
		passages: { inputs: ["one", "three"], truncate: true },
		question: { inputs: ["two?"], truncate: true },
	},
	"Workers AI: run, with the prefix of BGE": {
		settings: { model: "workers-ai/@cf/baai/bge-base-en-v1.5", apiKey, accountId },
		path: `api.cloudflare.com/client/v4/accounts/${accountId}/ai/run/@cf/baai/bge-base-en-v1.5`,
		headers: { authorization },
		passages: { text: ["one", "three"] },
		question: { text: ["Represent this sentence for searching relevant passages: two?"] },
	},
	"a compatible server": {
		settings: { model: "compatible/nomic-embed-text", apiKey, baseUrl: "https://models.example.com/v1" },
		path: "models.example.com/v1/embeddings",
		headers: { authorization },
		passages: {
			model: "nomic-embed-text",
			input: ["search_document: one", "search_document: three"],
			encoding_format: "float",
		},
		question: { model: "nomic-embed-text", input: ["search_query: two?"], encoding_format: "float" },
	},
};

describe.each(Object.entries(wires))("%s", (_, { settings, path, headers, passages, question }) => {
	it("sends passages and a question, and gives the vectors in the order of the texts", async () => {
		const vectors = await embed(settings, ["one", "three"]);
		const [asked] = await embed(settings, ["two?"], { for: "question" });
		expect(server.requests).toMatchObject([
			{ path, headers },
			{ path: path.replace(":batchEmbedContents", ":embedContent"), headers },
		]);
		expect(server.requests.map(({ body }) => body)).toEqual([passages, question]);
		expect([...vectors, asked]).toEqual(server.requests.flatMap(({ texts }) => texts.map(vectorOf)));
	});

	it("asks again when it was limited, as long as the provider says", async () => {
		server.answer = ({ seen }) =>
			seen === 0 ? { status: 429, headers: { "retry-after-ms": "80" }, body: {} } : undefined;
		const begun = performance.now();
		expect(await embed(settings, ["one", "three"])).toHaveLength(2);
		expect(performance.now() - begun).toBeGreaterThan(79);
		expect(server.requests).toHaveLength(2);
	});

	it.each<[string, number, Answer, string, RegExp]>([
		[
			"is limited for long",
			1,
			{ status: 429, headers: { "retry-after": "60" } },
			"rate_limited",
			/is limiting requests/,
		],
		["is limited again and again", 5, { status: 429 }, "rate_limited", /is limiting requests \(429/],
		["fails", 5, { status: 500 }, "provider_error", /failed \(500/],
		["refuses the key", 1, { status: 401 }, "provider_error", /refused the key \(401/],
		["does not have the model", 1, { status: 404 }, "provider_error", /does not know the model/],
		["rejects the request", 1, { status: 400 }, "provider_error", /rejected the request \(400/],
	])("%s: called %i times", async (_name, requests, answer, code, message) => {
		server.answer = ({ headers: sent }) => ({ body: { error: { message: inspect(sent), code: apiKey } }, ...answer });
		const error = await failure(embed(settings, ["one", "three"]));
		expect(error.code).toBe(code);
		expect(error.message).toMatch(message);
		expect(error.message).toMatch(new RegExp(`^${settings.model.split("/")[0]} `));
		expect(server.requests).toHaveLength(requests);
	});

	it.each([200, 400])("takes no answer that is too long, with status %d", async (status) => {
		server.answer = () => ({ status, body: " ".repeat(33 * 1024 * 1024) });
		expect(await failure(embed(settings, ["one"]))).toMatchObject({
			code: "bad_gateway",
			message: `${settings.model.split("/")[0]} gave an answer of more than 32 MiB.`,
		});
		expect(server.requests).toHaveLength(1);
	});

	it("asks again where an answer breaks off", async () => {
		server.answer = ({ seen }) => (seen === 0 ? "break off" : undefined);
		expect(await embed(settings, ["one"])).toHaveLength(1);
		expect(server.requests).toHaveLength(2);
		server.answer = () => "break off";
		expect(await failure(embed(settings, ["two"]))).toMatchObject({
			code: "provider_error",
			message: `${settings.model.split("/")[0]} broke off its answer.`,
		});
	});

	it("keeps a key to itself that no header can hold", async () => {
		const error = await failure(embed({ ...settings, apiKey: "sk-secret\nx" }, ["one"]));
		expect(error.code).toBe("provider_error");
		expect(server.requests).toEqual([]);
	});

	it.each<[string, Answer, RegExp]>([
		["too few", { vectors: [[1, 2, 3, 4]] }, /1 vectors for 2 texts/],
		["different dimensions", { vectors: [[1, 2, 3, 4], [1, 2, 3]] }, /dimensions instead of/], // prettier-ignore
		[
			"null, as JSON has no NaN",
			{
				vectors: [
					[1, 2, 3, 4],
					[1, 2, null, 4],
				],
			},
			/not understood|finite/,
		],
		[
			"a number beyond 32 bits",
			{
				vectors: [
					[1, 2, 3, 4],
					[1, 2, 1e39, 4],
				],
			},
			/finite/,
		],
		[
			"text for a number",
			{
				vectors: [
					[1, 2, 3, 4],
					[1, 2, "3", 4],
				],
			},
			/not understood|finite/,
		],
		[
			"no direction",
			{
				vectors: [
					[1, 2, 3, 4],
					[0, 0, 0, 0],
				],
			},
			/no direction/,
		],
		[
			"a vector a token",
			{
				vectors: [
					[[1], [2], [3], [4]],
					[[1], [2], [3], [4]],
				],
			},
			/not understood|finite/,
		],
		["another form", { body: { message: "hello" } }, /not understood/],
	])("refuses an answer with %s, and does not ask again", async (_name, answer, message) => {
		server.answer = () => answer;
		const error = await failure(embed(settings, ["one", "three"]));
		expect(error).toMatchObject({ code: "provider_error", message: expect.stringMatching(message) });
		expect(server.requests).toHaveLength(1);
	});

	it.each([
		["NaN, as Python writes it", "[NaN]"],
		["HTML", "<html>"],
	])("refuses %s", async (_name, body) => {
		server.answer = () => ({ body });
		const { message } = await failure(embed(settings, ["one", "three"]));
		expect(message).toMatch(/not understood/);
		expect(server.requests).toHaveLength(1);
	});
});

describe("dimensions", () => {
	it("are checked against those that were asked for", async () => {
		const error = await failure(embed({ ...openAi, dimensions: 1_536 }, ["one"]));
		expect(error.message).toBe("openai gave a vector of 4 dimensions instead of 1536.");
	});

	it("are the same in all batches", async () => {
		server.answer = ({ texts }) => (texts.includes("text 99") ? { vectors: texts.map(() => [1, 2, 3]) } : undefined);
		expect((await failure(embed(openAi, textsOf(100)))).message).toMatch(/dimensions instead of/);
	});
});

describe("batches", () => {
	it("go out by the provider's count, four at once, and come back in order", async () => {
		const texts = textsOf(1_000);
		expect(await embed(openAi, texts)).toEqual(texts.map(vectorOf));
		expect(server.requests.map((request) => request.texts.length).toSorted((a, b) => b - a)).toEqual([
			...Array.from({ length: 10 }, () => 96),
			40,
		]);
		expect(server.mostAtOnce).toBe(4);
	});

	it("are no more bytes than the provider takes", async () => {
		const texts = Array.from({ length: 10 }, () => "é".repeat(40_000));
		await embed(openAi, texts);
		expect(server.requests.map((request) => request.texts.length)).toEqual([3, 3, 3, 1]);
	});

	it("are halved where the provider takes fewer", async () => {
		server.answer = ({ texts }) => (texts.length > 10 ? { status: 413 } : undefined);
		const texts = textsOf(32);
		expect(await embed({ model: "huggingface/BAAI/bge-m3", apiKey }, texts)).toEqual(texts.map(vectorOf));
		expect(server.requests.map((request) => request.texts.length)).toEqual([32, 16, 8, 8, 16, 8, 8]);
	});

	it("of one text cannot be halved", async () => {
		server.answer = () => ({ status: 413 });
		expect((await failure(embed(openAi, ["one"]))).message).toBe("openai rejected the request (413).");
	});

	it("that arrived are handed over when another fails, and what is under way is ended", async () => {
		server.answer = ({ texts }) => {
			if (texts.includes("text 100")) return { status: 400 };
			return texts.includes("text 200") ? "hang" : undefined;
		};
		const received = new Map<number, number[][]>();
		const error = await failure(
			embed(openAi, textsOf(1_000), {
				signal: new AbortController().signal,
				received: async (start, vectors) =>
					void received.set(
						start,
						vectors.map((vector) => [...vector]),
					),
			}),
		);
		expect(error.message).toBe("openai rejected the request (400).");
		expect(received.get(0)).toEqual(textsOf(96).map(vectorOf));
		expect(received.has(96) || received.has(192)).toBe(false);
		expect(server.requests.length).toBeLessThan(11);
		await vi.waitFor(() => {
			const hanging = server.requests.find(({ texts }) => texts.includes("text 200"));
			expect(hanging?.disconnected ?? true).toBe(true);
		});
	});

	it("wait together when one is turned away", async () => {
		const times: number[] = [];
		server.answer = () => {
			times.push(performance.now());
			return times.length === 1 ? { status: 429, headers: { "retry-after": "1" } } : undefined;
		};
		await embed(openAi, textsOf(1_000));
		expect(times).toHaveLength(12);
		const [first = 0] = times;
		// Three were under way with the one that was turned away.
		expect(times.filter((time) => time - first < 900).length).toBeLessThanOrEqual(4);
	});
});

describe("time", () => {
	it("runs out for a provider that says nothing", async () => {
		server.answer = () => "hang";
		const error = await failure(embed(openAi, ["one"], {}, { policy: { ...quick, timeout: 100 } }));
		expect(error).toMatchObject({ code: "provider_timeout", message: "openai gave no vectors within 0.1 s." });
		await vi.waitFor(() => expect(server.requests).toMatchObject([{ disconnected: true }]));
	});

	it.each([
		["a request", "hang" as const],
		["a wait", { status: 503, headers: { "retry-after": "2" } }],
	])("of %s ends when the caller goes", async (_, answer) => {
		server.answer = () => answer;
		const controller = new AbortController();
		const embedding = failure(embed(openAi, ["one"], { signal: controller.signal }));
		await vi.waitFor(() => expect(server.requests).toHaveLength(1));
		const begun = performance.now();
		controller.abort(new AppError("request_timeout", "Too late."));
		expect(await embedding).toMatchObject({ code: "request_timeout" });
		expect(performance.now() - begun).toBeLessThan(500);
		expect(server.requests).toHaveLength(1);
	});

	it("is not spent on a caller who has gone", async () => {
		const error = await failure(embed(openAi, ["one"], { signal: AbortSignal.abort() }));
		expect(error.code).toBe("cancelled");
		expect(server.requests).toEqual([]);
	});
});

describe("addresses and keys", () => {
	it("refuses an address that the deployment does not allow, and sends nothing", async () => {
		const settings = { model: "compatible/bge-m3", apiKey, baseUrl: `${server.url}/v1` };
		const guarded = { fetch: egressFetch({ allow: [] }) };
		expect((await failure(embed(settings, ["one"], {}, guarded))).code).toBe("address_not_allowed");
		expect(server.requests).toEqual([]);
		const allowed = { fetch: egressFetch({ allow: ["127.0.0.1"] }) };
		expect(await embed(settings, ["one"], {}, allowed)).toEqual([vectorOf("one")]);
	});

	it.each(["openai", "azure", "google", "huggingface", "compatible"])(
		"does not send the deployment's keys to a server of a user's at %s",
		async (provider) => {
			for (const name of ["OPENAI_API_KEY", "AZURE_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY", "HF_TOKEN"]) {
				vi.stubEnv(name, apiKey);
			}
			await embed({ model: `${provider}/one`, baseUrl: `${server.url}/v1` }, ["one"]);
			expect(server.requests).toHaveLength(1);
			expect(JSON.stringify(server.requests[0])).not.toContain(apiKey);
		},
	);

	it("says that a server is not there", async () => {
		await server.close();
		const error = await failure(embed(openAi, ["one"]));
		expect(error).toMatchObject({ code: "provider_error", message: "openai could not be reached." });
	});

	it.each([
		[{ model: "openai/text-embedding-3-small" }, "an apiKey"],
		[{ model: "google/gemini-embedding-001" }, "an apiKey"],
		[{ model: "huggingface/BAAI/bge-m3" }, "an apiKey"],
		[{ model: "azure/ours", apiKey }, "a baseUrl"],
		[{ model: "compatible/bge-m3", apiKey }, "a baseUrl"],
		[{ model: "workers-ai/@cf/baai/bge-m3", apiKey }, "the binding AI, or an accountId and an apiKey"],
	])("%o needs %s", async (settings, missing) => {
		expect(() => embedderFor(settings, { fetch })).toThrow(
			expect.objectContaining({
				code: "provider_not_configured",
				message: `The model "${settings.model}" needs ${missing}.`,
			}),
		);
	});

	it.each(["local/hashed", "anthropic/claude", "openai/../files", "openai/a?b"])("knows no %s", (model) => {
		expect(() => embedderFor({ model, apiKey }, { fetch })).toThrow(expect.objectContaining({ code: "invalid_input" }));
	});
});
