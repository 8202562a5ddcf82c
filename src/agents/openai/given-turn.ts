/** Puts a client's messages together for the object that runs them. */
import type { LanguageModelV4Message } from "@ai-sdk/provider";
import type { SendMessage } from "#agents/session-home";
import { storeInlineFiles } from "#agents/attachments";
import type { AgentsContext } from "#agents/context";
import type { AgentDefinition } from "#agents/schema";
import { sessionIdOf } from "#agents/session-id";
import { claimRun } from "#agents/start-turn";
import { AppError } from "#core/errors";
import { homeOf, newRunId } from "#run/run-id";

export interface GivenTurn {
	/** The object that takes the message. */
	home: string;
	message: SendMessage;
}

interface NewTurn {
	agent: AgentDefinition;
	home: string;
	detached: boolean;
	prompts: LanguageModelV4Message[];
	rest: NonNullable<SendMessage["rest"]>;
	/** What an `Idempotency-Key` stands for. */
	request: unknown;
}

/** Tools and settings share a row with the run. */
const maxRestLength = 500_000;
/** Lists show the beginning of a message. */
const shownLength = 200_000;

export async function givenTurn(ctx: AgentsContext, turn: NewTurn): Promise<GivenTurn> {
	const { agent, detached, rest } = turn;
	if (JSON.stringify(rest).length > maxRestLength) {
		throw new AppError("payload_too_large", `Tools, instructions and settings have ${maxRestLength} letters at most.`);
	}
	const runId = await claimRun(ctx, newRunId(turn.home), turn.request);
	const home = homeOf(runId);
	const { prompts, attachments } = await storeInlineFiles(ctx.attachments, turn.prompts);
	const message = {
		runId,
		sessionId: sessionIdOf(home),
		agent,
		message: lastWords(prompts).slice(0, shownLength),
		strategy: agent.config.multitaskStrategy,
		prompts,
		attachments,
		detached,
		rest,
	};
	return { home, message };
}

/** The text of the last thing that a person has said. */
function lastWords(prompts: LanguageModelV4Message[]): string {
	const last = prompts.findLast(({ role }) => role === "user");
	if (last?.role !== "user") return "";
	return last.content.map((part) => (part.type === "text" ? part.text : "")).join("");
}
