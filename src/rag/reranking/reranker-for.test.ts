/** In workerd: Workers AI by its binding, which is no HTTP and heeds no signal. */
import { beforeAll, describe, expect, it } from "vitest";
import { rerankAccess } from "./rerank-settings.ts";
import { rerankerFor } from "./reranker-for.ts";

type Run = (model: string, input: object) => Promise<unknown>;

const span = { attributes: {} };
const found = ["Owls hunt at night.", "Rails of steel."].map((text) => ({ title: "Note", text, score: 1 }));

async function scores(run: Run): Promise<number[]> {
	const reranker = await rerankerFor("@cf/baai/bge-reranker-base", {
		access: rerankAccess({}),
		workersAi: { run } as unknown as Ai,
		languageModel: () => expect.unreachable("It is no language model."),
		fetch: () => expect.unreachable("There is a binding."),
		policy: { delay: 1, timeout: 200 },
	});
	return await reranker.scores("who hunts?", found, span);
}

// Loaded on first use, which takes longer than a call may.
beforeAll(async () => void (await import("workers-ai-provider")), 30_000);

describe("the binding of Workers AI", () => {
	it("gets query and passages, and gives the scores in the order of the passages", async () => {
		const asked: unknown[] = [];
		const given = await scores(async (model, input) => {
			asked.push(model, input);
			return { response: [{ id: 1, score: 0.9 }, { id: 0, score: 0.1 }] }; // prettier-ignore
		});
		expect(given).toEqual([0.1, 0.9]);
		const contexts = [{ text: "Note Owls hunt at night." }, { text: "Note Rails of steel." }];
		expect(asked).toEqual(["@cf/baai/bge-reranker-base", { query: "who hunts?", contexts, top_k: 2 }]);
	});

	it("is asked again when it has no capacity", async () => {
		let calls = 0;
		const given = await scores(async () => {
			if (++calls === 1) throw new Error("3040: Capacity temporarily exceeded, please try again.");
			return { response: [{ id: 0, score: 0.5 }, { id: 1, score: 0.4 }] }; // prettier-ignore
		});
		expect(given).toEqual([0.5, 0.4]);
	});

	it.each<[string, unknown]>([
		["NaN", { response: [{ id: 0, score: Number.NaN }, { id: 1, score: 1 }] }], // prettier-ignore
		["no ids", { response: [{ score: 0.1 }, { score: 0.2 }] }],
		["too few", { response: [{ id: 0, score: 0.1 }] }],
		["no scores", {}],
		["nothing", undefined],
	])("may give %s, which is refused", async (_, answer) => {
		await expect(scores(async () => answer)).rejects.toMatchObject({ code: "provider_error" });
	});

	it("is not waited for any longer than its time", async () => {
		await expect(scores(() => new Promise(() => {}))).rejects.toMatchObject({ code: "provider_timeout" });
	});
});
