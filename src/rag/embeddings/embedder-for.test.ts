/** In workerd: Workers AI by its binding, which is no HTTP and heeds no signal, and the spans of all. */
import { describe, expect, it } from "vitest";
import { Span, type SpanRecord } from "#core/telemetry";
import { embedderFor } from "./embedder-for.ts";

type Run = (model: string, input: { text: string[] }) => Promise<unknown>;

const policy = { delay: 1, timeout: 200 };
const openAi = { model: "openai/text-embedding-3-small", apiKey: "sk-secret" };

function workersAi(run: Run) {
	const embedder = embedderFor(
		{ model: "workers-ai/@cf/baai/bge-m3" },
		{ fetch: () => expect.unreachable("There is a binding."), workersAi: { run } as unknown as Ai, policy },
	);
	return async (texts: string[]) => (await embedder.embed(texts)).map((vector) => [...vector]);
}

describe("the binding of Workers AI", () => {
	it("is asked in batches of a hundred", async () => {
		const asked: [string, number][] = [];
		const embed = workersAi(async (model, { text }) => {
			asked.push([model, text.length]);
			return { shape: [text.length, 2], data: text.map((one) => [Number(one), 1]) };
		});
		const vectors = await embed(Array.from({ length: 150 }, (_, index) => String(index)));
		expect(asked).toEqual([
			["@cf/baai/bge-m3", 100],
			["@cf/baai/bge-m3", 50],
		]);
		expect(vectors).toEqual(Array.from({ length: 150 }, (_, index) => [index, 1]));
	});

	it("is asked again when it has no capacity", async () => {
		let calls = 0;
		const embed = workersAi(async () => {
			if (++calls === 1) throw new Error("3040: Capacity temporarily exceeded, please try again.");
			return { data: [[1, 2]] };
		});
		expect(await embed(["one"])).toEqual([[1, 2]]);
	});

	it.each<[string, unknown]>([
		["NaN", { data: [[1, Number.NaN]] }],
		["Infinity", { data: [[1, Infinity]] }],
		["null", { data: [[1, null]] }],
		["text", { data: [["1", "2"]] }],
		["too many", { data: [[1, 2], [3, 4]] }], // prettier-ignore
		["no vectors", {}],
		["nothing", undefined],
	])("may give %s, which is refused", async (_, answer) => {
		await expect(workersAi(async () => answer)(["one"])).rejects.toMatchObject({ code: "provider_error" });
	});

	it("is not waited for any longer than its time", async () => {
		const embedding = workersAi(() => new Promise(() => {}))(["one"]);
		await expect(embedding).rejects.toMatchObject({
			code: "provider_timeout",
			message: "workers-ai gave no vectors within 0.2 s.",
		});
	});
});

it("tells each request as a span, its retries included, with neither text nor key in it", async () => {
	const answers = [
		new Response(null, { status: 503 }),
		Response.json({ data: [{ index: 0, embedding: [1, 2, 3, 4] }], usage: { prompt_tokens: 7 } }),
		Response.json({ error: { message: "sk-secret", code: "invalid_api_key" } }, { status: 401 }),
	];
	const spans: SpanRecord[] = [];
	const span = new Span({ service: "rag", record: (record) => spans.push(record) }, "ingest");
	const surroundings = { fetch: async () => answers.shift()!, policy };
	await embedderFor({ ...openAi, dimensions: 4 }, surroundings).embed(["one"], { span });
	const refused = embedderFor(openAi, surroundings).embed(["two"], { span });
	await expect(refused).rejects.toThrow("openai refused the key (401, invalid_api_key).");

	const shared = { name: "embeddings text-embedding-3-small", kind: "client", parentSpanId: span.spanId };
	const attributes = {
		"gen_ai.operation.name": "embeddings",
		"gen_ai.provider.name": "openai",
		"gen_ai.request.model": "text-embedding-3-small",
	};
	expect(spans).toMatchObject([shared, shared]);
	expect(spans.map((record) => [record.status, record.attributes])).toEqual([
		["unset", { ...attributes, "gen_ai.embeddings.dimension.count": 4, "gen_ai.usage.input_tokens": 7 }],
		["error", { ...attributes, "error.type": "provider_error" }],
	]);
});
