/** Our calls over real HTTP, against a server on loopback that speaks OpenAI's wire format. */

import type { LanguageModelV4CallOptions, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type OpenAiRequest, type OpenAiServer, startOpenAiServer } from "../../test/support/openai-server";
import { type CallModelOptions, callModel, type ModelRetry } from "./call-model.ts";
import { languageModel } from "./language-model.ts";

type Prompt = LanguageModelV4CallOptions["prompt"];
type Kind = "openai" | "openai-compatible";

interface Options extends CallModelOptions {
	kind?: Kind;
	prompt?: Prompt;
}

const kinds: Kind[] = ["openai", "openai-compatible"];
const tools: LanguageModelV4CallOptions["tools"] = [
	{ type: "function", name: "get_weather", inputSchema: { type: "object", properties: { city: { type: "string" } } } },
];
const question: Prompt = [{ role: "user", content: [{ type: "text", text: 'The weather in {"city":"Oslo"}?' }] }];

let server: OpenAiServer;

beforeEach(async () => {
	server = await startOpenAiServer();
});
afterEach(async () => await server.close());

/** One call of a model at the loopback server, which a user has added as a provider. */
async function* call(modelId: string, options: Options = {}): AsyncGenerator<LanguageModelV4StreamPart, void, void> {
	const { kind = "openai", prompt = question, ...rest } = options;
	const model = await languageModel(`loopback/${modelId}`, {
		user: [{ name: "loopback", kind, baseUrl: server.url, apiKey: "sk-secret" }],
		deployment: [],
		egress: { allow: ["127.0.0.0/8"] },
	});
	yield* callModel(model, { prompt, tools }, { retry: { delay: 1 }, ...rest });
}

function textOf(parts: LanguageModelV4StreamPart[]): string {
	return parts.map((part) => (part.type === "text-delta" ? part.delta : "")).join("");
}

/** Resolves when the server has seen its last client go. */
async function disconnected(): Promise<OpenAiRequest> {
	return await vi.waitFor(() => {
		const request = server.requests.at(-1)!;
		expect(request.disconnected).toBe(true);
		return request;
	});
}

describe.each(kinds)("a server that speaks OpenAI's wire format, added as kind %s", (kind) => {
	it("streams an answer with its usage", async () => {
		const parts = await Array.fromAsync(call("answer", { kind }));
		expect(parts.filter(({ type }) => type === "text-delta")).toHaveLength(6);
		expect(textOf(parts)).toBe("Hello from the loopback model.");
		expect(parts.at(-1)).toMatchObject({
			type: "finish",
			finishReason: { unified: "stop" },
			usage: { inputTokens: { total: 10 }, outputTokens: { total: 6 } },
		});
		expect(server.requests).toMatchObject([
			{ path: "/v1/chat/completions", headers: { authorization: "Bearer sk-secret" }, disconnected: false },
		]);
	});

	it("calls a tool and answers from its result", async () => {
		const first = await Array.fromAsync(call("tool-then-answer", { kind }));
		const called = { toolCallId: "call_1", toolName: "get_weather" };
		expect(first.find(({ type }) => type === "tool-call")).toMatchObject({ ...called, input: '{"city":"Oslo"}' });
		expect(first.at(-1)).toMatchObject({ finishReason: { unified: "tool-calls" } });

		const prompt: Prompt = [
			...question,
			{ role: "assistant", content: [{ type: "tool-call", ...called, input: { city: "Oslo" } }] },
			{ role: "tool", content: [{ type: "tool-result", ...called, output: { type: "text", value: "sunny" } }] },
		];
		expect(textOf(await Array.fromAsync(call("tool-then-answer", { kind, prompt })))).toBe("The tool says: sunny");
	});

	it("is asked again after the time that its 429 names", async () => {
		const retries: ModelRetry[] = [];
		const begun = performance.now();
		const parts = await Array.fromAsync(call("rate-limited-once", { kind, onRetry: (retry) => retries.push(retry) }));
		expect(textOf(parts)).toBe("Hello from the loopback model.");
		expect(performance.now() - begun).toBeGreaterThan(990);
		expect(retries).toMatchObject([{ attempt: 1, delay: 1000 }]);
		expect(server.requests).toHaveLength(2);
	});

	it.each([
		["failing-once", 2],
		["break-once", 2],
	])("is asked again when it is %s", async (model, requests) => {
		expect(textOf(await Array.fromAsync(call(model, { kind })))).toBe("Hello from the loopback model.");
		expect(server.requests).toHaveLength(requests);
	});

	it.each([
		["rate-limited", 1, "loopback is limiting requests (429, rate_limit_exceeded)."],
		["failing", 3, "loopback failed (500, server_error)."],
		["unauthorized", 1, "loopback refused the key (401, invalid_api_key)."],
		["too-long", 1, "loopback rejected the request (400, context_length_exceeded)."],
	])("%s: called %i times, then %s", async (model, requests, message) => {
		const error = await Array.fromAsync(call(model, { kind })).catch((error: Error) => error);
		expect(error).toMatchObject({ code: "provider_error", message });
		expect(JSON.stringify(error) + String(error)).not.toContain("sk-secret");
		expect(server.requests).toHaveLength(requests);
	});

	it("breaks its stream: what came is kept, and it is not asked again", async () => {
		const parts: LanguageModelV4StreamPart[] = [];
		const reading = (async () => {
			for await (const part of call("break", { kind })) parts.push(part);
		})();
		await expect(reading).rejects.toMatchObject({ code: "provider_error", message: "loopback broke off its answer." });
		expect(textOf(parts)).toMatch(/^Hello from/);
		expect(server.requests).toHaveLength(1);
	});

	it.each(["hang", "stall"])("times out in a %s, and the connection is closed", async (model) => {
		const begun = performance.now();
		const parts = Array.fromAsync(call(model, { kind, timeouts: { firstPart: 200, idle: 200 } }));
		await expect(parts).rejects.toMatchObject({ code: "provider_timeout" });
		expect(performance.now() - begun).toBeLessThan(1200);
		await disconnected();
	});

	it("sees the connection closed when the call is cancelled", async () => {
		const controller = new AbortController();
		const reading = (async () => {
			for await (const part of call("slow", { kind, signal: controller.signal })) {
				if (part.type === "text-delta") controller.abort();
			}
		})();
		await expect(reading).rejects.toMatchObject({ code: "cancelled" });
		await disconnected();
	});

	it("sees the connection closed when the reader leaves", async () => {
		for await (const part of call("slow", { kind })) if (part.type === "text-delta") break;
		await disconnected();
	});
});

it("says that a server is not there", async () => {
	await server.close();
	const error = await Array.fromAsync(call("answer", { retry: { delay: 1 } })).catch((error: Error) => error);
	expect(error).toMatchObject({ code: "provider_error", message: "loopback could not be reached." });
});

it("speaks Responses to a deployment's OpenAI", async () => {
	const model = await languageModel("gpt-4", {
		user: [],
		deployment: [{ name: "openai", kind: "openai", apiKey: "sk-deployment" }],
		egress: { allow: [] },
		fetch: ((input: string, init?: RequestInit) =>
			fetch(input.replace("https://api.openai.com/v1", server.url), init)) as typeof fetch,
	});
	const parts = await Array.fromAsync(callModel(model, { prompt: question }));
	expect(textOf(parts)).toBe("Hello from the loopback model.");
	expect(parts.at(-1)).toMatchObject({ finishReason: { unified: "stop" }, usage: { outputTokens: { total: 6 } } });
	expect(server.requests).toMatchObject([{ path: "/v1/responses" }]);
});

it("sends many chunks at once", async () => {
	const parts = await Array.fromAsync(call("chunks-50"));
	expect(parts.filter(({ type }) => type === "text-delta")).toHaveLength(50);
});
