import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { anonymous, asCaller } from "../../test/support/as-caller.ts";
import { openAiAs } from "../../test/support/openai-client.ts";
import { newAgent, scripted } from "./testing.ts";

const ada = asCaller("usr_ada");
const openai = openAiAs("usr_ada");
const messages = [{ role: "user" as const, content: "hi" }];
const { id: mine } = await scripted(ada, [{ say: "ok" }]);
const { id: foreign } = await scripted(asCaller("usr_bob"), [{ say: "ok" }], {}, { name: "Bob's own" });

describe("models", () => {
	test("are the agents that the caller may run", async () => {
		const eve = openAiAs(`usr_${crypto.randomUUID()}`);
		const { id } = await scripted(ada, [{ say: "ok" }], {}, { name: "For all", shared: true });
		const models = await Array.fromAsync(await eve.models.list());
		expect(models.find((model) => model.id === id)).toEqual({
			id,
			object: "model",
			created: expect.any(Number),
			owned_by: "usr_ada",
			name: "For all",
		});
		expect(models.map((model) => model.id)).not.toContain(foreign);
		expect(await eve.models.retrieve(id)).toMatchObject({ id, object: "model" });
	});

	test.each(["nothing", "agt_0000000000000000000000", foreign, "Bob's own"])("%s is none of them", async (model) => {
		const expected = { status: 404, param: "model", code: "model_not_found" };
		for (const request of [
			openai.models.retrieve(model),
			openai.chat.completions.create({ model, messages }),
			openai.chat.completions.create({ model, messages, stream: true }),
			openai.responses.create({ model, input: "hi" }),
		]) {
			const error = await request.then(() => undefined).catch((error: unknown) => error);
			expect(error).toBeInstanceOf(OpenAI.NotFoundError);
			expect(error).toMatchObject(expected);
		}
	});

	test("an own agent goes before one that others share, and a name twice is none", async () => {
		const name = `Twin ${crypto.randomUUID()}`;
		await scripted(asCaller("usr_bob"), [{ say: "Bob's" }], {}, { name, shared: true });
		const said = async () =>
			(await openai.chat.completions.create({ model: name, messages })).choices[0]!.message.content;
		expect(await said()).toBe("Bob's");
		await scripted(ada, [{ say: "Ada's" }], {}, { name });
		expect(await said()).toBe("Ada's");
		await scripted(ada, [{ say: "Ada's other" }], {}, { name });
		await expect(said()).rejects.toMatchObject({ status: 404, message: expect.stringContaining("Several agents") });
	});

	test("an inactive agent is none", async () => {
		const { id } = await newAgent(ada);
		await ada.send("PATCH", `/api/v1/agents/${id}`, { status: "inactive" });
		await expect(openai.models.retrieve(id)).rejects.toMatchObject({ status: 404 });
	});
});

test("a viewer runs what is shared with him, and none of its tools that write", async () => {
	const script = [{ call: "remember", input: { key: "k", value: "v" } }, { say: "{{result}}" }];
	const { id: model } = await scripted(ada, script, { tools: ["remember"] }, { shared: true });
	const viewer = openAiAs("usr_viewer", "viewer");
	expect((await viewer.responses.create({ model, input: "hi" })).output_text).toContain("viewer");
	await expect(viewer.responses.create({ model: mine, input: "hi" })).rejects.toMatchObject({ status: 404 });
});

test("who is not signed in is told so, in OpenAI's form", async () => {
	for (const response of [
		await anonymous.get("/v1/models"),
		await anonymous.get(`/v1/models/${mine}`),
		await anonymous.get("/v1/responses/resp_1"),
		await anonymous.post("/v1/responses/resp_1/cancel", {}),
		await anonymous.post("/v1/responses", { model: mine, input: "hi" }),
		await anonymous.post("/v1/chat/completions", { model: mine, messages }),
	]) {
		expect(response.status).toBe(401);
		expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
		expect(await response.json()).toEqual({ error: expect.objectContaining({ code: "unauthenticated", param: null }) });
	}
});

test.each<[field: string, value: unknown, param?: string]>([
	["messages", []],
	["messages", "hi"],
	["messages", [{ role: "robot", content: "hi" }], "messages[0].role"],
	["messages", [{ role: "tool", tool_call_id: "call_1", content: "x" }], "messages"],
	["messages", [...messages, { role: "assistant", tool_calls: [call("call_1")] }], "messages"],
	["messages", [userImage("http://example.com/a.png")], "messages[0].content[0].image_url.url"],
	["messages", [userImage("data:image/png;base64,???")], "messages[0].content[0].image_url.url"],
	["messages", [userImage("data:text/html;base64,aGk=")], "messages[0].content[0].image_url.url"],
	["model", ""],
	["n", 2],
	["logprobs", true],
	["logit_bias", { "50256": -100 }],
	["audio", { voice: "alloy", format: "wav" }],
	["modalities", ["audio"], "modalities[0]"],
	["functions", [{ name: "f" }]],
	["temperature", 3],
	["temperature", "warm"],
	["max_tokens", 0],
	["stop", ["a", "b", "c", "d", "e"]],
	["tools", [{ type: "web_search" }], "tools[0].type"],
	["tools", [tool("a b")], "tools[0].function.name"],
	["tools", [tool("twice"), tool("twice")], "tools[1]"],
	["tool_choice", { type: "function", function: { name: "none" } }],
	["response_format", { type: "xml" }, "response_format.type"],
])("a bad %s (%j) is a BadRequestError that names it", async (field, value, param = field) => {
	const request = openai.chat.completions.create({ model: mine, messages, [field]: value } as never);
	const error = await request.then(() => undefined).catch((error: unknown) => error);
	expect(error).toBeInstanceOf(OpenAI.BadRequestError);
	expect(error).toMatchObject({ param, type: "invalid_request_error", code: "invalid_input" });
});

test("null is the same as nothing, and unknown fields are ignored", async () => {
	const nothing = {
		temperature: null,
		max_tokens: null,
		tools: null,
		stop: null,
		n: null,
		stream: null,
		logprobs: null,
	};
	const unknown = { user: "u", store: true, parallel_tool_calls: false, service_tier: "auto", new_idea: [1] };
	const completion = await openai.chat.completions.create({ model: mine, messages, ...nothing, ...unknown } as never);
	expect(completion.choices[0]!.message.content).toBe("ok");
});

test("a client's tool cannot stand in for one of the agent's", async () => {
	const { id: model } = await newAgent(ada, { tools: ["current_time"] });
	const tools = [tool("current_time")] as never;
	await expect(openai.chat.completions.create({ model, messages, tools })).rejects.toMatchObject({
		status: 400,
		param: "tools[0]",
	});
});

test.each([
	["not JSON", "{", 400],
	["too deep", `{"a":${"[".repeat(100)}${"]".repeat(100)}}`, 400],
])("a body that is %s", async (_, text, status) => {
	const response = await ada.sendText("POST", "/v1/chat/completions", text);
	expect(response.status).toBe(status);
	expect(await response.json()).toMatchObject({ error: { code: "malformed_request" } });
});

test("a path or a method that is not there, in OpenAI's form", async () => {
	const nowhere = await ada.get("/v1/engines");
	expect([nowhere.status, await nowhere.json()]).toMatchObject([404, { error: { code: "not_found" } }]);
	const method = await ada.get("/v1/chat/completions");
	expect([method.status, method.headers.get("allow")]).toEqual([405, "POST"]);
	expect((await ada.get("/api/v1/nothing")).headers.get("content-type")).toBe("application/problem+json");
});

test("a message that is too long for a row", async () => {
	const content = "漢".repeat(700_000);
	const request = openai.chat.completions.create({ model: mine, messages: [{ role: "user", content }] });
	await expect(request).rejects.toMatchObject({ status: 413, param: "messages[0]" });
});

describe("a run that fails", () => {
	test("is a failed request where nothing was said, streamed or not, and is not tried again", async () => {
		const { id: model } = await scripted(ada, [{ fail: "broken" }]);
		for (const request of [
			() => openai.chat.completions.create({ model, messages }),
			() => openai.chat.completions.create({ model, messages, stream: true }),
			() => openai.responses.create({ model, input: "hi", stream: true }),
		]) {
			const error = await request()
				.then(() => undefined)
				.catch((error: unknown) => error);
			expect(error).toBeInstanceOf(OpenAI.InternalServerError);
			expect(error).toMatchObject({ status: 502, code: "provider_error", type: "server_error" });
		}
		const { executions } = await (
			await ada.get(`/api/v1/agents/executions?agentId=${model}`)
		).json<{ executions: unknown[] }>();
		expect(executions.length).toBeLessThanOrEqual(3);
	});

	test("ends its stream with an error", async () => {
		const { id: model } = await scripted(ada, [{ say: "one" }, { fail: "broken" }]);
		const stream = await openai.chat.completions.create({ model, messages, stream: true });
		let text = "";
		const read = async () => {
			for await (const { choices } of stream) text += choices[0]?.delta.content ?? "";
		};
		await expect(read()).rejects.toMatchObject({ code: "provider_error", message: expect.stringContaining("broken") });
		expect(text).toBe("one");
	});

	test("names the setting that its model lacks", async () => {
		const { id: model } = await newAgent(ada, { model: "gpt-4" });
		for (const stream of [false, true]) {
			const request = openai.chat.completions.create({ model, messages, stream } as never);
			const error = await Promise.resolve(request).catch((error: unknown) => error);
			expect(error).toBeInstanceOf(OpenAI.BadRequestError);
			expect(error).toMatchObject({ message: expect.stringContaining("OPENAI_API_KEY") });
		}
	});

	test("at its limits says which", async () => {
		const { id: model } = await scripted(ada, [{ call: "current_time" }, { say: "ok" }], {
			tools: ["current_time"],
			limits: { steps: 1 },
		});
		const request = openai.chat.completions.create({ model, messages });
		await expect(request).rejects.toMatchObject({ status: 400, code: "limit_exceeded" });
	});
});

function call(id: string) {
	return { id, type: "function", function: { name: "f", arguments: "{}" } };
}

function tool(name: string) {
	return { type: "function", function: { name } };
}

function userImage(url: string) {
	return { role: "user", content: [{ type: "image_url", image_url: { url } }] };
}
