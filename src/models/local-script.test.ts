import type { LanguageModelV4CallOptions, LanguageModelV4Prompt, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { callModel } from "./call-model.ts";
import { localModel } from "./local-model.ts";
import { LocalScript } from "./local-script-schema.ts";

const model = localModel("script");

function user(text: string): LanguageModelV4Prompt[number] {
	return { role: "user", content: [{ type: "text", text }] };
}

function called(toolName: string, value: string, id = "call_1"): LanguageModelV4Prompt {
	const call = { toolCallId: id, toolName };
	return [
		{ role: "assistant", content: [{ type: "tool-call", ...call, input: {} }] },
		{ role: "tool", content: [{ type: "tool-result", ...call, output: { type: "text", value } }] },
	];
}

function options(script: unknown, ...prompt: LanguageModelV4Prompt): LanguageModelV4CallOptions {
	return { prompt: prompt.length > 0 ? prompt : [user("Hi")], providerOptions: { local: { script: script as never } } };
}

async function play(script: unknown, ...prompt: LanguageModelV4Prompt): Promise<LanguageModelV4StreamPart[]> {
	return await Array.fromAsync(callModel(model, options(script, ...prompt)));
}

function textOf(parts: LanguageModelV4StreamPart[]): string {
	return parts.map((part) => (part.type === "text-delta" ? part.delta : "")).join("");
}

function callIn(parts: LanguageModelV4StreamPart[]): unknown {
	const call = parts.find((part) => part.type === "tool-call");
	return call && { id: call.toolCallId, [call.toolName]: JSON.parse(call.input) };
}

describe("local/script", () => {
	it("says what it is told, token by token", async () => {
		const parts = await play([{ say: "Hello, you" }, { say: "." }]);
		expect(parts.filter(({ type }) => type === "text-delta")).toHaveLength(4);
		expect(textOf(parts)).toBe("Hello, you.");
		expect(parts.at(-1)).toMatchObject({
			type: "finish",
			finishReason: { unified: "stop" },
			usage: { inputTokens: { total: 1 }, outputTokens: { total: 4 } },
		});
	});

	it("calls several tools at once, and goes on when it has all results", async () => {
		const script = [{ calls: [{ call: "a", input: { n: 1 } }, { call: "b" }] }, { say: "both" }];
		const parts = await play(script);
		const calls = parts.filter((part) => part.type === "tool-call");
		expect(calls.map(({ toolCallId, toolName }) => [toolCallId, toolName])).toEqual([
			["call_1", "a"],
			["call_2", "b"],
		]);
		const after = [user("Hi"), ...called("a", "1"), ...called("b", "2", "call_2")];
		expect(textOf(await play(script, ...after))).toBe("both");
	});

	it("says it in as many parts as it is told, and counts the same tokens", async () => {
		const parts = await play([{ say: "abcdefghij", chunks: 4 }]);
		expect(parts.flatMap((part) => (part.type === "text-delta" ? [part.delta] : []))).toEqual([
			"ab",
			"cde",
			"fg",
			"hij",
		]);
		expect(parts.at(-1)).toMatchObject({ usage: { outputTokens: { total: 1 } } });
	});

	it("calls a tool and goes on after its result", async () => {
		const script = [
			{ say: "Let me see. " },
			{ call: "search", input: { q: "{{message}}", deep: [{ of: "{{message}}!" }] } },
			{ say: "It says {{result}}." },
			{ ask: "Is {{result}} right?" },
			{ say: "You say {{result}}." },
		];
		const first = await play(script, user("cats"));
		expect(textOf(first)).toBe("Let me see. ");
		expect(callIn(first)).toEqual({ id: "call_1", search: { q: "cats", deep: [{ of: "cats!" }] } });
		expect(first.at(-1)).toMatchObject({ finishReason: { unified: "tool-calls" } });

		const afterFirst = [user("cats"), ...called("search", "nine lives")];
		const second = await play(script, ...afterFirst);
		expect(textOf(second)).toBe("It says nine lives.");
		expect(callIn(second)).toEqual({ id: "call_2", ask_user: { question: "Is nine lives right?" } });

		const third = await play(script, ...afterFirst, ...called("ask_user", "yes", "call_2"));
		expect(textOf(third)).toBe("You say yes.");
		expect(third.at(-1)).toMatchObject({ finishReason: { unified: "stop" } });
	});

	it("plays a flat list anew for each message", async () => {
		const script = [{ call: "search" }, { say: "done" }];
		const parts = await play(script, user("one"), ...called("search", "x"), user("two"));
		expect(callIn(parts)).toEqual({ id: "call_2", search: {} });
	});

	it.each([
		[1, "first"],
		[2, "second"],
		[3, "second"],
	])("plays one list a message: at message %i %s, and the last list again after that", async (turns, said) => {
		const prompt = Array.from({ length: turns }, () => user("Hi"));
		expect(textOf(await play([[{ say: "first" }], [{ say: "second" }]], ...prompt))).toBe(said);
	});

	it("says nothing when the script is over", async () => {
		expect(
			textOf(await play([{ call: "a" }, { say: "x" }], user("Hi"), ...called("a", "1"), ...called("b", "2", "call_2"))),
		).toBe("");
		expect(textOf(await play([]))).toBe("");
	});

	it("cites", async () => {
		const parts = await play([
			{ cite: { source: "doc_1", title: "Handbook" } },
			{ cite: { source: "web_1", title: "Site", url: "https://example.com/" } },
		]);
		expect(parts.filter(({ type }) => type === "source")).toEqual([
			{ type: "source", sourceType: "document", id: "doc_1", mediaType: "text/plain", title: "Handbook" },
			{ type: "source", sourceType: "url", id: "web_1", url: "https://example.com/", title: "Site" },
		]);
	});

	it.each([
		[{ fail: "no credit", status: 402 }, 1, "no credit (402)"],
		[{ fail: "down", status: 503 }, 3, "down (503)"],
		[{ fail: "slow down", status: 429 }, 3, "slow down (429)"],
		[{ fail: "broken" }, 1, "broken"],
	])("fails as a provider would: %j is tried %i times", async (step, attempts, message) => {
		const onRetry = vi.fn();
		const call = Array.fromAsync(callModel(model, options([step]), { retry: { delay: 1 }, onRetry }));
		await expect(call).rejects.toMatchObject({ code: "provider_error", message });
		expect(onRetry).toHaveBeenCalledTimes(attempts - 1);
	});

	it("fails in the middle of an answer", async () => {
		const call = callModel(model, options([{ say: "well" }, { fail: "broken", status: 500 }]));
		const parts: LanguageModelV4StreamPart[] = [];
		await expect(
			(async () => {
				for await (const part of call) parts.push(part);
			})(),
		).rejects.toMatchObject({ message: "broken (500)" });
		expect(textOf(parts)).toBe("well");
	});

	it.each([[{ wait: 3_600_000 }], [{ say: "slow", delayMs: 3_600_000 }]])("can be cancelled in %j", async (step) => {
		const call = callModel(model, options([{ say: "x" }, step]), { signal: AbortSignal.timeout(20) });
		await expect(Array.fromAsync(call)).rejects.toMatchObject({ code: "cancelled" });
	});

	it("waits no longer once its stream is cancelled", async () => {
		const { stream } = await model.doStream(options([{ say: "x" }, { wait: 3_600_000 }]));
		const reader = stream.getReader();
		for (let part = await reader.read(); part.value?.type !== "text-delta"; part = await reader.read());
		void reader.read();
		await reader.cancel();
	});

	it("stops at maxOutputTokens", async () => {
		const parts = await Array.fromAsync(
			callModel(model, { ...options([{ say: "one two three four" }]), maxOutputTokens: 2 }),
		);
		expect(textOf(parts)).toBe("one two");
		expect(parts.at(-1)).toMatchObject({ finishReason: { unified: "length" }, usage: { outputTokens: { total: 2 } } });
	});

	it.each([
		undefined,
		"say hi",
		[{ say: 1 }],
		[{ shout: "hi" }],
		[{ say: "hi", extra: 1 }],
		[{ wait: -1 }],
		[{ fail: "x", status: 200 }],
	])("refuses %j as a script", async (script) => {
		await expect(play(script)).rejects.toMatchObject({
			code: "invalid_input",
			message: expect.stringContaining("config.script"),
		});
	});

	it("says every text whole, however it is cut", async () => {
		const say = fc.record({
			say: fc.string({ unit: "grapheme" }),
			chunks: fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
		});
		const said = say.filter((step) => !step.say.includes("{{"));
		await fc.assert(
			fc.asyncProperty(fc.array(said, { maxLength: 5 }), async (script) => {
				expect(textOf(await play(script))).toBe(script.map((step) => step.say).join(""));
			}),
		);
	});

	it("plays every tool call of a script once, in order, and then ends", async () => {
		const step = fc.oneof(
			fc.record({ call: fc.constantFrom("a", "b") }),
			fc.record({ say: fc.constantFrom("x", "y") }),
		);
		await fc.assert(
			fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (script) => {
				const prompt: LanguageModelV4Prompt = [user("Hi")];
				const played: string[] = [];
				for (;;) {
					const parts = await play(script, ...prompt);
					played.push(...parts.flatMap((part) => (part.type === "text-delta" ? [part.delta] : [])));
					const call = parts.find((part) => part.type === "tool-call");
					if (!call) break;
					played.push(`call ${call.toolName}`);
					prompt.push(...called(call.toolName, "ok", call.toolCallId));
				}
				expect(played).toEqual(script.map((one) => ("call" in one ? `call ${one.call}` : one.say)));
			}),
		);
	});
});

describe("LocalScript", () => {
	it("accepts every kind of step, flat or by turn", () => {
		const steps = [
			{ say: "hi", chunks: 2, delayMs: 5 },
			{ call: "add", input: { a: [1, null, "x"] } },
			{ ask: "sure?" },
			{ fail: "no", status: 429 },
			{ wait: 10 },
			{ cite: { source: "s", title: "t", url: "https://example.com" } },
		];
		expect(LocalScript.parse(steps)).toEqual(steps);
		expect(LocalScript.parse([steps, []])).toEqual([steps, []]);
	});
});
