/** One step of a turn: one call of the model, streamed into the log, recorded as one message when it is whole. */
import type { LanguageModelV4CallOptions, LanguageModelV4Message } from "@ai-sdk/provider";
import { asAppError } from "#core/errors";
import { newId } from "#core/ids";
import type { DeltaGatherer } from "#run/delta-gatherer";
import type { NewEvent } from "#run/run-log";
import { callModel } from "#models/call-model";
import { ModelAnswer } from "./model-answer.ts";
import type { Turn } from "./turn.ts";
import { offeredTools } from "./tools/find-tools.ts";
import { addUsage, type StepMetadata, type TurnProgress, turnResult } from "./turn-progress.ts";

export async function modelStep(turn: Turn, progress: TurnProgress): Promise<void> {
	const messageId = newId("msg");
	const step = progress.steps + 1;
	const answer = new ModelAnswer();
	const span = turn.span.child(`chat ${turn.model.modelId}`, {
		kind: "client",
		attributes: {
			"gen_ai.operation.name": "chat",
			"gen_ai.provider.name": turn.model.provider,
			"gen_ai.request.model": turn.model.modelId,
			"agentic_edge.step": step,
		},
	});
	turn.commit([{ type: "step.started", data: { step } }], [], { attempts: 0 });
	const text = turn.gather({ type: "message.delta", data: { messageId } });
	let reasoning: DeltaGatherer | undefined;
	try {
		for await (const part of callModel(turn.model, await callOptions(turn, progress), { signal: turn.signal })) {
			answer.add(part);
			if (part.type === "text-delta") text.push(part.delta);
			else if (part.type === "reasoning-start") {
				reasoning = turn.gather({ type: "reasoning.delta", data: { messageId } });
			} else if (part.type === "reasoning-delta") reasoning?.push(part.delta);
			else if (part.type === "reasoning-end" && reasoning)
				turn.commit([reasoningCompleted(turn, reasoning, messageId)]);
		}
		record(turn, progress, answer, text, messageId);
	} catch (error) {
		span.fail(asAppError(error)?.code ?? "internal_error");
		throw error;
	} finally {
		span.end({
			"gen_ai.usage.input_tokens": answer.usage.promptTokens,
			"gen_ai.usage.output_tokens": answer.usage.completionTokens,
			"gen_ai.response.finish_reasons": answer.finishReason,
		});
	}
}

function record(turn: Turn, progress: TurnProgress, answer: ModelAnswer, text: DeltaGatherer, messageId: string): void {
	const { usage, finishReason, citations } = answer;
	const toolCalls = answer.toolCalls.map(({ toolCallId, toolName, input }) => ({
		id: toolCallId,
		toolId: toolIdOf(turn, toolName),
		input,
	}));
	const toolIds = Object.fromEntries(toolCalls.map(({ id, toolId }) => [id, toolId]));
	const metadata: StepMetadata = {
		usage,
		finishReason,
		model: turn.model.modelId,
		citations,
		...(toolCalls.length > 0 && { toolIds }),
	};
	const completed: NewEvent = {
		type: "message.completed",
		data: { messageId, text: text.text, ...(toolCalls.length > 0 && { toolCalls }), citations, usage },
		folds: text.fold(turn.lastSeq()),
	};
	const message = {
		id: messageId,
		runId: turn.run.id,
		agentId: turn.agent.id,
		prompt: { role: "assistant" as const, content: answer.content },
		content: text.text,
		metadata: { ...metadata },
		citations,
	};
	if (toolCalls.length > 0) return turn.commit([completed], [message]);
	const result = turnResult(
		{
			...progress,
			steps: progress.steps + 1,
			usage: addUsage(progress.usage, usage),
			citations: [...progress.citations, ...citations],
			response: [progress.response, text.text].filter(Boolean).join("\n\n"),
			finishReason,
		},
		turn.agent.config.model,
	);
	turn.commit([completed, { type: "run.completed", data: result }], [message], { status: "completed", result });
}

function toolIdOf({ tools }: Turn, toolName: string): string {
	return tools.find(({ name }) => name === toolName)?.id ?? toolName;
}

function reasoningCompleted(turn: Turn, reasoning: DeltaGatherer, messageId: string): NewEvent {
	const folds = reasoning.fold(turn.lastSeq());
	return { type: "reasoning.completed", data: { messageId, text: reasoning.text }, folds };
}

async function callOptions(turn: Turn, progress: TurnProgress): Promise<LanguageModelV4CallOptions> {
	const { config } = turn.agent;
	const { settings = {}, clientTools = [] } = turn.run.input;
	const { instructions, maxTokens = config.maxTokens, toolChoice, ...sampling } = settings;
	const tools = [
		...offeredTools(turn.tools, progress.toolCalls).map(({ name, description, inputSchema }) => ({
			type: "function" as const,
			name,
			description,
			inputSchema,
		})),
		...clientTools,
	];
	const history = await turn.history();
	return {
		prompt: [...system(config.systemPrompt), ...system(instructions), ...history],
		temperature: config.temperature,
		...sampling,
		maxOutputTokens: maxTokens,
		...(tools.length > 0 && { tools }),
		// A choice that held for every step would never let the model answer.
		...(toolChoice && progress.steps === 0 && { toolChoice }),
		...(config.script && { providerOptions: { local: { script: config.script } } }),
	};
}

function system(content: string | undefined): LanguageModelV4Message[] {
	return content ? [{ role: "system", content }] : [];
}
