import {
	APICallError,
	type LanguageModelV4,
	type LanguageModelV4CallOptions,
	type LanguageModelV4StreamPart,
	UnsupportedFunctionalityError,
} from "@ai-sdk/provider";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AppError } from "#core/errors";
import { type CallModelOptions, callModel, type ModelRetry } from "./call-model.ts";
import { localUsage } from "./local-tokens.ts";

type Part = LanguageModelV4StreamPart;
/** What one attempt does: parts that are sent, then an end, an error, or silence. */
type Attempt = (options: LanguageModelV4CallOptions) => ReadableStream<Part> | Promise<ReadableStream<Part>>;

const prompt: LanguageModelV4CallOptions = { prompt: [] };
const start: Part = { type: "stream-start", warnings: [] };
const hello: Part = { type: "text-delta", id: "1", delta: "hello" };
const finish: Part = { type: "finish", finishReason: { unified: "stop", raw: "stop" }, usage: localUsage(1, 1) };
const interrupted: Part = { ...finish, finishReason: { unified: "interrupted", raw: undefined } };

interface TestModel extends LanguageModelV4 {
	calls: LanguageModelV4CallOptions[];
}

function modelOf(...attempts: Attempt[]): TestModel {
	const calls: LanguageModelV4CallOptions[] = [];
	return {
		specificationVersion: "v4",
		provider: "acme.chat",
		modelId: "one",
		supportedUrls: {},
		calls,
		doGenerate: () => Promise.reject(new Error("not used")),
		async doStream(options) {
			calls.push(options);
			return { stream: await attempts[Math.min(calls.length, attempts.length) - 1]!(options) };
		},
	};
}

function sends(...parts: Part[]): Attempt {
	return () =>
		new ReadableStream<Part>({
			start(controller) {
				for (const part of parts) controller.enqueue(part);
				controller.close();
			},
		});
}

function sendsThenHangs(cancelled: () => void, ...parts: Part[]): Attempt {
	return () =>
		new ReadableStream<Part>({
			pull: (controller) => (parts.length > 0 ? controller.enqueue(parts.shift()) : new Promise(() => {})),
			cancel: cancelled,
		});
}

function fails(error: unknown): Attempt {
	return () => Promise.reject(error);
}

function upstream(
	statusCode: number | undefined,
	extra: { headers?: Record<string, string>; data?: unknown } = {},
): APICallError {
	return new APICallError({
		message: "body: sk-secret",
		url: "https://acme.example.com/?key=sk-secret",
		requestBodyValues: { prompt: "sk-secret" },
		statusCode,
		responseBody: "sk-secret",
		responseHeaders: extra.headers,
		data: extra.data,
		isRetryable: statusCode === undefined ? true : undefined,
	});
}

const quick = { delay: 1, maxDelay: 10 };

async function partsOf(model: LanguageModelV4, options: CallModelOptions = { retry: quick }): Promise<Part[]> {
	return await Array.fromAsync(callModel(model, prompt, options));
}

describe("callModel", () => {
	it("yields the parts in order", async () => {
		expect(await partsOf(modelOf(sends(start, hello, finish)))).toEqual([start, hello, finish]);
	});

	it("hands the call's options on, with a signal that a complete answer does not abort", async () => {
		const model = modelOf(sends(finish));
		await Array.fromAsync(callModel(model, { ...prompt, maxOutputTokens: 7 }));
		expect(model.calls[0]).toMatchObject({ maxOutputTokens: 7, abortSignal: { aborted: false } });
	});

	it.each([
		["429", fails(upstream(429))],
		["500", fails(upstream(500))],
		["529", fails(upstream(529))],
		["no connection", fails(upstream(undefined))],
		["an end before the answer", sends(start)],
		["an interruption before the answer", sends(start, interrupted)],
		["a body that breaks before the answer", fails(upstream(200))],
		[
			"an overload reported in the stream",
			sends(start, { type: "error", error: { statusCode: 529, isRetryable: true } }),
		],
	])("tries again after %s", async (_, attempt) => {
		const retries: ModelRetry[] = [];
		const model = modelOf(attempt, sends(start, hello, finish));
		const parts = await partsOf(model, { retry: quick, onRetry: (retry) => retries.push(retry) });
		expect(parts).toEqual([start, hello, finish]);
		expect(retries).toMatchObject([{ attempt: 1, error: { code: "provider_error" } }]);
	});

	it.each([
		["400", fails(upstream(400))],
		["401", fails(upstream(401))],
		["404", fails(upstream(404))],
		["a feature that the SDK lacks", fails(new UnsupportedFunctionalityError({ functionality: "x" }))],
		["an error that nobody foresaw", fails(new TypeError("x is not a function"))],
		["an end in the middle", sends(start, hello)],
		["an interruption in the middle", sends(start, hello, interrupted)],
		["an error in the middle", sends(start, hello, { type: "error", error: upstream(500) })],
	])("does not try again after %s", async (_, attempt) => {
		const model = modelOf(attempt);
		await expect(partsOf(model)).rejects.toMatchObject({ name: "AppError", code: "provider_error" });
		expect(model.calls).toHaveLength(1);
	});

	it("keeps an AppError from below, such as a refused address, as it is", async () => {
		const refused = new AppError("address_not_allowed", "no");
		await expect(partsOf(modelOf(fails(refused)))).rejects.toBe(refused);
	});

	it("gives up after the last attempt", async () => {
		const model = modelOf(fails(upstream(503)));
		await expect(partsOf(model, { retry: { ...quick, attempts: 4 } })).rejects.toMatchObject({
			message: "acme failed (503).",
		});
		expect(model.calls).toHaveLength(4);
	});

	it.each([
		[upstream(401), "acme refused the key (401)."],
		[upstream(403, { data: { error: { type: "permission_error" } } }), "acme refused the key (403, permission_error)."],
		[upstream(404), 'acme does not know the model "one" at this address (404).'],
		[
			upstream(400, { data: { error: { code: "context_length_exceeded" } } }),
			"acme rejected the request (400, context_length_exceeded).",
		],
		[upstream(400, { data: { error: { code: "sk-secret-123" } } }), "acme rejected the request (400)."],
		[
			upstream(400, { data: { error: { code: 400, status: "INVALID_ARGUMENT" } } }),
			"acme rejected the request (400, INVALID_ARGUMENT).",
		],
		[upstream(429), "acme is limiting requests (429)."],
		[upstream(undefined), "acme could not be reached."],
		["a string", "acme failed."],
		[null, "acme failed."],
		[new Error("sk-secret"), "acme gave an answer that is not understood."],
	])("tells what happened, and no secret: %#", async (error, message) => {
		const thrown = await partsOf(modelOf(fails(error)), { retry: { attempts: 1 } }).catch((thrown: AppError) => thrown);
		expect(thrown).toMatchObject({ message, cause: undefined });
	});

	describe("with time", () => {
		beforeEach(() => void vi.useFakeTimers());
		afterEach(() => void vi.useRealTimers());

		it.each([
			["2", 2000],
			["0", 0],
			["Tue, 01 Dec 2026 00:00:05 GMT", 5000],
		])("waits as long as Retry-After: %s asks", async (header, least) => {
			vi.setSystemTime("2026-12-01T00:00:00Z");
			const retries: ModelRetry[] = [];
			const model = modelOf(fails(upstream(429, { headers: { "retry-after": header } })), sends(finish));
			const parts = partsOf(model, { onRetry: (retry) => retries.push(retry) });
			await vi.advanceTimersByTimeAsync(6000);
			await parts;
			expect(retries[0]!.delay).toBeGreaterThanOrEqual(least);
			expect(retries[0]!.delay).toBeLessThanOrEqual(Math.max(least, 500));
		});

		it("does not wait longer than it may, and says for how long the provider wants to be left alone", async () => {
			const model = modelOf(fails(upstream(429, { headers: { "retry-after": "3600" } })));
			await expect(partsOf(model)).rejects.toMatchObject({ details: { retryAfter: 3600 } });
			expect(model.calls).toHaveLength(1);
		});

		it.each<[string, Attempt, number, RegExp]>([
			["does not open", () => new Promise(() => {}), 1000, /did not begin.* 1 s/],
			["sends nothing", sendsThenHangs(() => {}, start), 1000, /did not begin/],
			["stalls", sendsThenHangs(() => {}, start, hello), 2000, /in the middle.* 2 s/],
		])("times out when the provider %s", async (_, attempt, after, message) => {
			const model = modelOf(attempt);
			const parts = partsOf(model, { timeouts: { firstPart: 1000, idle: 2000 } });
			const failed = expect(parts).rejects.toMatchObject({
				code: "provider_timeout",
				message: expect.stringMatching(message),
			});
			await vi.advanceTimersByTimeAsync(after - 1);
			expect(model.calls[0]!.abortSignal!.aborted).toBe(false);
			await vi.advanceTimersByTimeAsync(1);
			expect(model.calls[0]!.abortSignal!.aborted).toBe(true);
			await failed;
			expect(model.calls).toHaveLength(1);
			expect(vi.getTimerCount()).toBe(0);
		});

		it("bounds the whole call, however lively it is", async () => {
			const drips = modelOf(
				() =>
					new ReadableStream<Part>({
						pull: async (controller) => {
							await new Promise((resolve) => setTimeout(resolve, 100));
							controller.enqueue(hello);
						},
					}),
			);
			const failed = expect(partsOf(drips, { timeouts: { total: 1000 } })).rejects.toMatchObject({
				code: "provider_timeout",
				message: "acme did not finish within 1 s.",
			});
			await vi.advanceTimersByTimeAsync(1100);
			await failed;
		});

		it("does not blame the provider for a slow reader", async () => {
			const call = callModel(modelOf(sends(start, hello, hello, finish)), prompt, { timeouts: { idle: 1000 } });
			const parts: Part[] = [];
			const reading = (async () => {
				for await (const part of call) {
					parts.push(part);
					await new Promise((resolve) => setTimeout(resolve, 5000));
				}
			})();
			await vi.advanceTimersByTimeAsync(30_000);
			await reading;
			expect(parts).toHaveLength(4);
		});

		it("stops waiting to try again when it is cancelled", async () => {
			const controller = new AbortController();
			const model = modelOf(fails(upstream(429)));
			const failed = expect(
				partsOf(model, { signal: controller.signal, retry: { delay: 10_000 } }),
			).rejects.toMatchObject({
				code: "cancelled",
			});
			await vi.advanceTimersByTimeAsync(100);
			controller.abort();
			await vi.advanceTimersByTimeAsync(0);
			await failed;
			expect(model.calls).toHaveLength(1);
		});
	});

	describe("when it is cancelled", () => {
		it("does not call at all where that came first", async () => {
			const model = modelOf(sends(finish));
			await expect(partsOf(model, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "cancelled" });
			expect(model.calls).toHaveLength(0);
		});

		it("closes the stream and aborts the request", async () => {
			const cancelled = vi.fn();
			const controller = new AbortController();
			const model = modelOf(sendsThenHangs(cancelled, start, hello));
			const call = callModel(model, prompt, { signal: controller.signal });
			await call.next();
			await call.next();
			const next = call.next();
			controller.abort();
			await expect(next).rejects.toMatchObject({ code: "cancelled" });
			expect(cancelled).toHaveBeenCalled();
			expect(model.calls[0]!.abortSignal!.aborted).toBe(true);
		});

		it("throws the AppError that it was cancelled with", async () => {
			const reason = new AppError("limit_exceeded", "too many tokens");
			await expect(partsOf(modelOf(sends(finish)), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
		});

		it("closes the stream when its reader leaves", async () => {
			const cancelled = vi.fn();
			const model = modelOf(sendsThenHangs(cancelled, start, hello));
			for await (const part of callModel(model, prompt)) if (part === hello) break;
			expect(cancelled).toHaveBeenCalled();
			expect(model.calls[0]!.abortSignal!.aborted).toBe(true);
		});

		it("closes a stream that opens too late", async () => {
			const cancelled = vi.fn();
			const controller = new AbortController();
			const late = Promise.withResolvers<void>();
			const opens = sendsThenHangs(cancelled, start);
			const model = modelOf((options) => late.promise.then(() => opens(options)));
			const parts = partsOf(model, { signal: controller.signal });
			controller.abort();
			await expect(parts).rejects.toMatchObject({ code: "cancelled" });
			late.resolve();
			await vi.waitFor(() => expect(cancelled).toHaveBeenCalled());
		});
	});
});
