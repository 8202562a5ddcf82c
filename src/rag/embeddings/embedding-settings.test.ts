import { describe, expect, it } from "vitest";
import { EmbeddingSettings } from "./embedding-settings.ts";

const model = "openai/text-embedding-3-small";

describe("EmbeddingSettings", () => {
	it.each([
		{ model },
		{ model: "huggingface/intfloat/multilingual-e5-large", apiKey: "hf_0123" },
		{ model: "workers-ai/@cf/baai/bge-m3", accountId: "0123456789abcdef0123456789abcdef" },
		{ model: "compatible/bge-m3", baseUrl: "http://127.0.0.1:8080/v1", dimensions: 1_024 },
	])("are %o", (settings) => {
		expect(EmbeddingSettings.parse(settings)).toEqual(settings);
	});

	it.each([
		[{ model: "local/hashed" }],
		[{ model: "text-embedding-3-small" }],
		[{ model: "openai/" }],
		[{ model, dimensions: 1 }],
		[{ model, dimensions: 4_097 }],
		[{ model, baseUrl: "file:///etc/passwd" }],
		[{ model, accountId: "../../zones" }],
		[{ model, apiKey: "" }],
		[{ model, apiKey: "sk-secret\nx" }],
		[{ model, apiKey: "sk-secret€" }],
	])("are not %o, and a refusal repeats no key", (settings) => {
		const { error } = EmbeddingSettings.safeParse(settings);
		expect(error?.issues).toHaveLength(1);
		expect(JSON.stringify(error)).not.toContain("sk-secret");
	});
});
