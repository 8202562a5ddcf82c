/** Puts the parts of one model call together: the message for the next prompt, its text, sources and usage. */
import type { LanguageModelV4Message, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { Citation, Usage } from "./schema.ts";

type Content = Extract<LanguageModelV4Message, { role: "assistant" }>["content"];
type Block = Extract<Content[number], { type: "text" | "reasoning" }>;

export class ModelAnswer {
	readonly content: Content = [];
	readonly citations: Citation[] = [];
	finishReason = "other";
	usage: Usage = { promptTokens: 0, completionTokens: 0, totalTokens: 0 };
	readonly #blocks = new Map<string, Block>();

	add(part: LanguageModelV4StreamPart): void {
		switch (part.type) {
			case "text-start":
				this.#begin(part.id, { type: "text", text: "" });
				break;
			case "reasoning-start":
				this.#begin(part.id, { type: "reasoning", text: "" });
				break;
			case "text-delta":
			case "reasoning-delta": {
				const block = this.#blocks.get(part.id);
				if (block) block.text += part.delta;
				break;
			}
			case "text-end":
			case "reasoning-end": {
				const block = this.#blocks.get(part.id);
				if (block && part.providerMetadata) block.providerOptions = part.providerMetadata;
				break;
			}
			case "tool-call":
				this.content.push({
					type: "tool-call",
					toolCallId: part.toolCallId,
					toolName: part.toolName,
					input: parseInput(part.input),
					...(part.providerMetadata && { providerOptions: part.providerMetadata }),
				});
				break;
			case "source":
				this.citations.push(citationOf(part));
				break;
			case "finish":
				this.finishReason = part.finishReason.unified;
				this.usage = usageOf(part.usage);
				break;
		}
	}

	get text(): string {
		return this.content.map((part) => (part.type === "text" ? part.text : "")).join("");
	}

	get toolCalls() {
		return this.content.filter((part) => part.type === "tool-call");
	}

	#begin(id: string, block: Block): void {
		this.#blocks.set(id, block);
		this.content.push(block);
	}
}

/** Providers answer the input as JSON text; what is not JSON goes to the tool as it is, which refuses it. */
export function parseInput(input: string): unknown {
	try {
		return input === "" ? {} : JSON.parse(input);
	} catch {
		return input;
	}
}

function citationOf(part: Extract<LanguageModelV4StreamPart, { type: "source" }>): Citation {
	if (part.sourceType === "url") {
		return { source: part.url, title: part.title ?? part.url, url: part.url, confidence: 1 };
	}
	return { source: part.filename ?? part.id, title: part.title, confidence: 1 };
}

function usageOf(usage: Extract<LanguageModelV4StreamPart, { type: "finish" }>["usage"]): Usage {
	const promptTokens = usage.inputTokens.total ?? 0;
	const completionTokens = usage.outputTokens.total ?? 0;
	return { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens };
}
