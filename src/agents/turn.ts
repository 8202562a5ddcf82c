/** One agent turn: what it was asked, what it works with, and how it records what it does. */
import type {
	LanguageModelV4,
	LanguageModelV4CallOptions,
	LanguageModelV4FunctionTool,
	LanguageModelV4Message,
} from "@ai-sdk/provider";
import type { Span } from "#core/telemetry";
import type { DeltaGatherer } from "#run/delta-gatherer";
import type { Run } from "#run/run";
import type { NewEvent, UnfoldedText } from "#run/run-log";
import type { RunChange } from "#run/run-rows";
import type { Approval } from "./approvals.ts";
import type { NewMessage } from "./conversation.ts";
import type { AgentDefinition, TurnResult } from "./schema.ts";
import type { AgentTool } from "./tools/agent-tool.ts";

/** What a run of an agent is given, and keeps. */
export interface TurnInput {
	agentId: string;
	agentVersion: string;
	sessionId: string;
	message: string;
	context?: unknown;
	metadata?: Record<string, unknown>;
	/** Not part of the session's conversation: the run's own messages are all that the model sees. */
	detached?: boolean;
	/** Functions that the client makes itself; the run ends when the model calls one. */
	clientTools?: LanguageModelV4FunctionTool[];
	settings?: TurnSettings;
	/** The run whose answer this one continues, where the client says so. */
	previousRunId?: string;
}

/** What a client asks of the model for one run, instead of the agent's own settings. */
export interface TurnSettings extends Pick<
	LanguageModelV4CallOptions,
	| "temperature"
	| "topP"
	| "stopSequences"
	| "presencePenalty"
	| "frequencyPenalty"
	| "seed"
	| "responseFormat"
	| "toolChoice"
> {
	maxTokens?: number;
	/** Added to the agent's own system prompt, which always comes first. */
	instructions?: string;
}

export type TurnRun = Run<TurnInput, TurnResult>;

export interface Turn {
	run: TurnRun;
	agent: AgentDefinition;
	model: LanguageModelV4;
	/** The tools that the agent names. */
	tools: AgentTool[];
	/** Calls of this run that a person has to allow. */
	approvals(): Approval[];
	signal: AbortSignal;
	span: Span;
	/** The conversation as the model is given it, without the system prompt. */
	history(): Promise<readonly LanguageModelV4Message[]>;
	/** What this run has recorded of itself. */
	recorded(): RecordedMessage[];
	/** Sequence number of the run's last event. */
	lastSeq(): number;
	/** Whether the run still goes on. */
	running(): boolean;
	/** Deltas of this type that no message has folded. */
	unfolded(type: string): UnfoldedText | undefined;
	gather(event: { type: string; data: Record<string, unknown> }): DeltaGatherer;
	/** Writes events, messages, the change of state and what a person is asked to allow, all or nothing. */
	commit(events: NewEvent[], messages?: NewMessage[], change?: RunChange, approvals?: Approval[]): void;
}

export interface RecordedMessage {
	prompt: LanguageModelV4Message;
	content: string;
	metadata: Record<string, unknown>;
}
