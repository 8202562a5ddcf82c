/** A turn as another domain asks for it, in the form that `execute` takes; what fills it in may be anything. */
import { z } from "zod";
import { AppError } from "#core/errors";
import { JsonValue } from "#core/json-value";
import { sized } from "#core/sized";
import type { AgentTurn } from "./client.ts";
import { ExecuteAgent } from "./schema.ts";

const Turn = z.object({
	message: ExecuteAgent.shape.message,
	sessionId: ExecuteAgent.shape.sessionId,
	parameters: sized(z.record(z.string(), JsonValue), 200_000).default({}),
});

/** Throws `invalid_input`. */
export function turnInput(turn: AgentTurn): ExecuteAgent {
	const parsed = Turn.safeParse(turn);
	if (!parsed.success) throw new AppError("invalid_input", z.prettifyError(parsed.error));
	const { parameters, ...input } = parsed.data;
	return { ...input, ...(Object.keys(parameters).length > 0 && { context: parameters }), attachments: [] };
}
