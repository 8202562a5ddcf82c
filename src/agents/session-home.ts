/** What Workers hand to a session's object, and what they call of it. */
import type { LanguageModelV4Message } from "@ai-sdk/provider";
import type { AgentSession } from "./agent-session-object.ts";
import type { AgentDefinition, Attachment, multitaskStrategies } from "./schema.ts";
import type { ProviderRow } from "./store.ts";
import type { TurnInput } from "./turn.ts";

/** A message for a session, as the Worker hands it over. */
export interface SendMessage {
	/** Names the request: sending it again changes nothing and answers the same run. */
	runId: string;
	sessionId: string;
	agent: AgentDefinition;
	message: string;
	strategy: (typeof multitaskStrategies)[number];
	attachments?: Omit<Attachment, "url">[];
	/** All that the message consists of, where it is more than a person's text: `message` is then what lists show. */
	prompts?: LanguageModelV4Message[];
	/** `prompts` are a whole conversation: the session's own is neither read nor written. */
	detached?: boolean;
	/** The caller's providers as they are now, sealed; a run that begins later than now reads them again. */
	providers?: ProviderRow[];
	rest?: Pick<TurnInput, "context" | "metadata" | "clientTools" | "settings" | "previousRunId">;
}

/** Which run works on a message, and after which of its events. */
export interface SentMessage {
	executionId: string;
	after: number;
}

export type SessionHome = Pick<
	AgentSession,
	| "send"
	| "sendAndSettle"
	| "sendAndFollow"
	| "sendAndStream"
	| "find"
	| "settled"
	| "stream"
	| "cancel"
	| "decide"
	| "closeSockets"
	| "session"
	| "messages"
	| "attachment"
	| "erase"
	| "fetch"
>;
