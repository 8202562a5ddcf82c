import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { languageModel, type ModelSources } from "./language-model.ts";
import { deploymentProviders, type ProviderConfig } from "./provider.ts";

const deployed = deploymentProviders({
	OPENAI_API_KEY: "sk-deployment",
	ANTHROPIC_API_KEY: "sk-deployment",
	GOOGLE_GENERATIVE_AI_API_KEY: "sk-deployment",
	AZURE_API_KEY: "sk-deployment",
	AZURE_RESOURCE_NAME: "contoso",
	AI: {} as Ai,
});

/** Sends one request by the model and returns it. */
async function requestOf(
	name: string,
	{ user = [], deployment = deployed, allow = ["127.0.0.1"] }: Partial<Setup> = {},
): Promise<Request> {
	let request: Request | undefined;
	async function record(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
		request = new Request(input, init);
		return new Response("{}", { status: 400 });
	}
	const model = await languageModel(name, { user, deployment, egress: { allow }, fetch: record });
	await model.doStream({ prompt: [{ role: "user", content: [{ type: "text", text: "Hi" }] }] }).then(
		() => undefined,
		(error: { code?: string }) => {
			if (error.code) throw error;
		},
	);
	return request!;
}

interface Setup {
	user: ProviderConfig[];
	deployment: ProviderConfig[];
	allow: string[];
}

function secretsIn({ headers }: Request): string {
	return ["authorization", "x-api-key", "x-goog-api-key", "api-key"].map((name) => headers.get(name) ?? "").join("");
}

describe("languageModel", () => {
	it.each([
		["gpt-4", "https://api.openai.com/v1/responses"],
		["openai/gpt-4", "https://api.openai.com/v1/responses"],
		["claude-3-5-sonnet", "https://api.anthropic.com/v1/messages"],
		[
			"gemini-2.5-flash",
			"https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
		],
		["azure/my-deployment", "https://contoso.openai.azure.com/openai/v1/responses?api-version=v1"],
	])("%s is called at %s with the deployment's key", async (name, url) => {
		const request = await requestOf(name);
		expect(request.url).toBe(url);
		expect(secretsIn(request)).toContain("sk-deployment");
	});

	it("opens Workers AI by its binding", async () => {
		const model = await languageModel("@cf/meta/llama-3.1-8b-instruct", {
			user: [],
			deployment: deployed,
			egress: { allow: [] },
		});
		expect(model).toMatchObject({ specificationVersion: "v4", modelId: "@cf/meta/llama-3.1-8b-instruct" });
	});

	it("prefers the person's own key for a vendor", async () => {
		const request = await requestOf("gpt-4", { user: [{ name: "openai", kind: "openai", apiKey: "sk-own" }] });
		expect(secretsIn(request)).toBe("Bearer sk-own");
	});

	it.each([
		["openai", "http://127.0.0.1/v1/chat/completions"],
		["openai-compatible", "http://127.0.0.1/v1/chat/completions"],
		["anthropic", "http://127.0.0.1/v1/messages"],
		["google", "http://127.0.0.1/v1/models/some-model:streamGenerateContent?alt=sse"],
		["azure", "http://127.0.0.1/v1/responses"],
	] as const)("calls a user's provider of kind %s at its base URL", async (kind, url) => {
		const user = [{ name: "mine", kind, baseUrl: "http://127.0.0.1/v1", apiKey: "sk-own" }];
		const request = await requestOf("mine/some-model", { user });
		expect(request.url).toBe(url);
		expect(secretsIn(request)).toContain("sk-own");
	});

	it("refuses a user's base URL that the deployment does not allow", async () => {
		const user: ProviderConfig[] = [
			{ name: "mine", kind: "openai", baseUrl: "http://169.254.169.254/v1", apiKey: "k" },
		];
		await expect(requestOf("mine/x", { user })).rejects.toMatchObject({ code: "address_not_allowed" });
	});

	it("trusts the deployment's own base URL", async () => {
		const deployment = deploymentProviders({ OPENAI_BASE_URL: "http://10.0.0.1/v1" });
		expect((await requestOf("gpt-4", { deployment })).url).toBe("http://10.0.0.1/v1/chat/completions");
	});

	describe("with keys in process.env, as workerd has the deployment's", () => {
		const names = ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY", "AZURE_API_KEY"];
		const urls = ["OPENAI_BASE_URL", "ANTHROPIC_BASE_URL"];

		beforeEach(() => {
			for (const name of names) process.env[name] = "sk-deployment";
			for (const name of urls) process.env[name] = "https://elsewhere.example.com/v1";
		});
		afterEach(() => {
			for (const name of [...names, ...urls]) delete process.env[name];
		});

		it.each(["openai", "openai-compatible", "anthropic", "google", "azure"] as const)(
			"sends none of them to a user's %s server that has no key",
			async (kind) => {
				const request = await requestOf("mine/x", { user: [{ name: "mine", kind, baseUrl: "http://127.0.0.1/v1" }] });
				expect(secretsIn(request)).not.toContain("sk-deployment");
			},
		);

		it.each([
			["openai", "https://api.openai.com"],
			["anthropic", "https://api.anthropic.com"],
		] as const)("sends a user's %s key to the vendor", async (kind, origin) => {
			const request = await requestOf("mine/x", { user: [{ name: "mine", kind, apiKey: "sk-own" }] });
			expect(new URL(request.url).origin).toBe(origin);
		});
	});

	describe("without a provider", () => {
		const none: ModelSources = { user: [], deployment: [], egress: { allow: [] } };

		it.each([
			["gpt-4", "set OPENAI_API_KEY", 'POST /api/v1/providers {"name": "openai", "kind": "openai", "apiKey": "…"}'],
			["claude-3", "set ANTHROPIC_API_KEY", '"kind": "anthropic"'],
			["gemini-pro", "set GOOGLE_GENERATIVE_AI_API_KEY", '"kind": "google"'],
			["azure/x", "set AZURE_API_KEY and AZURE_RESOURCE_NAME", '"kind": "azure"'],
			["@cf/x", "set the binding AI", "environment."],
			["mine/x", 'add your own by POST /api/v1/providers {"name": "mine"', '"kind": "openai-compatible"'],
		])("%s says: %s … %s", async (name, first, second) => {
			const error = await languageModel(name, none).catch((error: Error) => error);
			expect(error).toMatchObject({ code: "provider_not_configured" });
			expect((error as Error).message).toContain(first);
			expect((error as Error).message).toContain(second);
		});

		it.each([
			[{ name: "mine", kind: "openai" }, "an apiKey"],
			[{ name: "mine", kind: "openai-compatible", apiKey: "k" }, "a baseUrl"],
			[{ name: "mine", kind: "azure", apiKey: "k" }, "a baseUrl"],
			[{ name: "mine", kind: "workers-ai" }, "the deployment's AI binding"],
		] as [ProviderConfig, string][])("an incomplete %j lacks %s", async (config, missing) => {
			await expect(languageModel("mine/x", { ...none, user: [config] })).rejects.toMatchObject({
				code: "provider_not_configured",
				message: expect.stringContaining(missing),
			});
		});

		it("still has the local models, which nobody can replace", async () => {
			const user: ProviderConfig[] = [{ name: "local", kind: "openai", apiKey: "k" }];
			await expect(languageModel("local/dev", { ...none, user })).resolves.toMatchObject({
				provider: "local",
				modelId: "dev",
			});
			await expect(languageModel("local/nope", none)).rejects.toMatchObject({ code: "invalid_input" });
		});
	});
});

describe("deploymentProviders", () => {
	it("leaves out what is not set, or set to nothing", () => {
		expect(deploymentProviders({ OPENAI_API_KEY: "", AZURE_API_KEY: "k", ANTHROPIC_API_KEY: "k" })).toEqual([
			{ name: "anthropic", kind: "anthropic", apiKey: "k" },
		]);
	});
});
