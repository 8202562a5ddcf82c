/** The script of `local/script`: what the model says and does, step by step, in place of thinking. */

import { z } from "zod";
import { JsonValue } from "#core/json-value";

const maxDelay = 3_600_000;
const Delay = z.int().min(0).max(maxDelay);

const Say = z.strictObject({
	/** `{{message}}` is the user's message, `{{result}}` the last tool result. */
	say: z.string(),
	/** Into how many parts the text is cut, at most one a character; by default one a token. */
	chunks: z.int().min(1).max(100_000).optional(),
	/** Ms before each part. */
	delayMs: Delay.optional(),
});
/** Calls a tool and so ends this call of the model; strings in the input may hold templates. */
const Call = z.strictObject({ call: z.string().min(1), input: JsonValue.optional() });
/** Calls several tools at once. */
const Calls = z.strictObject({ calls: z.array(Call).min(1).max(100) });
/** Calls the tool `ask_user` with `{ question }`. */
const Ask = z.strictObject({ ask: z.string() });
/** An error as a provider would give it; 408, 429 and 5xx are retried, and fail again. */
const Fail = z.strictObject({ fail: z.string(), status: z.int().min(400).max(599).optional() });
/** Ms of silence. */
const Wait = z.strictObject({ wait: Delay });
const Cite = z.strictObject({
	cite: z.strictObject({ source: z.string().min(1), title: z.string(), url: z.url().optional() }),
});

export const LocalStep = z.union([Say, Call, Calls, Ask, Fail, Wait, Cite]);

export type LocalStep = z.infer<typeof LocalStep>;

const Steps = z.array(LocalStep).max(1000);

/** One list of steps, played for every user message, or one list a user message, of which the last repeats. */
export const LocalScript = z.union([Steps, z.array(Steps).max(1000)]);

export type LocalScript = z.infer<typeof LocalScript>;
