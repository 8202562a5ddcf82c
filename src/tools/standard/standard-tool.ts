/** A tool that comes with the platform: described by its zod schemas, and shown by examples that are run as tests. */
import type { z } from "zod";
import type { Caller } from "#core/caller";

export type StandardCategory = "file" | "web" | "math" | "utility";

/** What a running tool gets besides its input. */
export interface ToolScope {
	caller: Caller;
	/** Aborted when nobody waits for the result any more. */
	signal: AbortSignal;
	/** When that happens at the latest, in milliseconds from the beginning. */
	timeoutMs: number;
	/** The same for every attempt at this call. */
	idempotencyKey: string;
	now(): Date;
	/** Of a call that is to be repeatable. */
	seed?: number;
	/** Calls public addresses only, and what the deployment allows besides. */
	fetch: typeof fetch;
}

export interface ToolExample {
	title: string;
	input: Record<string, unknown>;
	/** Left out where the result is never the same twice. */
	output?: unknown;
}

export interface StandardTool {
	/** Agents and workflows name it: `math_evaluate`. */
	id: string;
	/** As people read it. */
	name: string;
	/** What it does and when to use it, for people and models. */
	description: string;
	category: StandardCategory;
	/** It changes something outside itself: refused to viewers. */
	writes: boolean;
	input: z.ZodObject;
	output: z.ZodType;
	examples: ToolExample[];
	/** `input` fits its schema. Throws an AppError for what the tool cannot do with it. */
	run(input: never, scope: ToolScope): unknown;
}

interface Definition<Input extends z.ZodObject, Output extends z.ZodType> extends Omit<
	StandardTool,
	"input" | "output" | "run"
> {
	input: Input;
	output: Output;
	run(input: z.infer<Input>, scope: ToolScope): z.infer<Output> | Promise<z.infer<Output>>;
}

/** The schemas give `run` its types. */
export function standardTool<Input extends z.ZodObject, Output extends z.ZodType>(
	definition: Definition<Input, Output>,
): StandardTool {
	return definition;
}
