import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asAppError } from "#core/errors";
import { resolveModelName } from "./model-name.ts";

describe("resolveModelName", () => {
	it.each([
		["gpt-4", "openai", "gpt-4"],
		["gpt-4o-mini", "openai", "gpt-4o-mini"],
		["GPT-4", "openai", "GPT-4"],
		["chatgpt-4o-latest", "openai", "chatgpt-4o-latest"],
		["o3-mini", "openai", "o3-mini"],
		["ft:gpt-4o:acme", "openai", "ft:gpt-4o:acme"],
		["gpt-proxy/gpt-4", "gpt-proxy", "gpt-4"],
		["openai/ft:gpt-4o:acme", "openai", "ft:gpt-4o:acme"],
		["claude-3-5-sonnet-20241022", "anthropic", "claude-3-5-sonnet-20241022"],
		["gemini-2.5-flash", "google", "gemini-2.5-flash"],
		["@cf/meta/llama-3.1-8b-instruct", "workers-ai", "@cf/meta/llama-3.1-8b-instruct"],
		["workers-ai/@cf/meta/llama-3.1-8b-instruct", "workers-ai", "@cf/meta/llama-3.1-8b-instruct"],
		["local/dev", "local", "dev"],
		["openrouter/meta-llama/llama-3", "openrouter", "meta-llama/llama-3"],
		["my-server/gpt-4", "my-server", "gpt-4"],
		["ollama/qwen3:0.6b", "ollama", "qwen3:0.6b"],
		["llama-3", undefined, undefined],
		["", undefined, undefined],
		["/gpt-4", undefined, undefined],
		["openai/", undefined, undefined],
		["Open AI/gpt-4", undefined, undefined],
		["google/../../v1/files", undefined, undefined],
		["google/gemini?key=1", undefined, undefined],
		["gpt-4\n", undefined, undefined],
		["openai//gpt-4", undefined, undefined],
	])("%j: provider %j, model %j", (name, provider, modelId) => {
		if (provider) expect(resolveModelName(name)).toEqual({ provider, modelId });
		else expect(() => resolveModelName(name)).toThrow(expect.objectContaining({ code: "invalid_input" }));
	});

	it("reads back every explicit name", () => {
		const provider = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,62}$/);
		const modelId = fc.stringMatching(/^\w[\w.:+-]{0,20}(\/\w[\w.:+-]{0,20})?$/);
		fc.assert(
			fc.property(provider, modelId, (provider, modelId) => {
				expect(resolveModelName(`${provider}/${modelId}`)).toEqual({ provider, modelId });
			}),
		);
	});

	it("resolves any text to an id that is safe in a URL path, or refuses it", () => {
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string(),
					fc.webPath().map((path) => `google${path}`),
				),
				(name) => {
					try {
						const { modelId } = resolveModelName(name);
						expect(new URL(`https://host/models/${modelId}`).pathname).toBe(`/models/${modelId}`);
					} catch (error) {
						expect(asAppError(error)?.code).toBe("invalid_input");
					}
				},
			),
		);
	});
});
