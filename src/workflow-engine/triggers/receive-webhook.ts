/** Begins an execution for a webhook's message: one for each `webhook-id`, however often it comes. */
import { isoTime } from "#core/clock";
import { AppError, asAppError } from "#core/errors";
import type { Span } from "#core/telemetry";
import type { WorkflowEngineContext } from "#workflow-engine/context";
import { fireTrigger } from "./fire-trigger.ts";
import { enabledTriggers, recordFired } from "./store.ts";
import { verifyWebhook } from "./verify-webhook.ts";
import { webhookKey } from "./webhook-secret.ts";

/** In characters. */
const maxBodyLength = 500_000;

/**
 * The execution's id. Throws `not_found` for what is no webhook that is enabled, `payload_too_large`,
 * `unauthenticated`, `malformed_request` for what is no JSON, and what `fireTrigger` throws.
 */
export async function receiveWebhook(
	ctx: Omit<WorkflowEngineContext, "caller">,
	triggerId: string,
	{ headers, body, span }: { headers: Headers; body: string; span: Span },
): Promise<string> {
	const { db, background } = ctx;
	const trigger = (await enabledTriggers(db, [triggerId])).get(triggerId);
	const key = trigger && (await webhookKey(ctx, trigger));
	if (!trigger || !key) throw new AppError("not_found", "There is no such webhook.");
	if (body.length > maxBodyLength) {
		throw new AppError("payload_too_large", `The body is longer than ${maxBodyLength} characters.`);
	}
	const messageId = await verifyWebhook(key, { headers, body, now: Date.now() });
	span.userId = trigger.ownerId;
	const cause = { cause: messageId, input: inputOf(body), traceparent: span.traceparent };
	try {
		const executionId = await fireTrigger(ctx, trigger, cause);
		// The sender need not wait for it.
		background.waitUntil(recordFired(db, [{ triggerId, executionId }], isoTime()));
		return executionId;
	} catch (thrown) {
		const error = asAppError(thrown);
		if (error) {
			const { code, message } = error;
			await recordFired(db, [{ triggerId, error: { code, message }, isOver: code === "not_found" }], isoTime());
		}
		throw thrown;
	}
}

function inputOf(text: string): Record<string, unknown> {
	const body = jsonOf(text);
	const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
	return isObject ? (body as Record<string, unknown>) : { body };
}

function jsonOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw new AppError("malformed_request", "The body is not valid JSON.", { cause });
	}
}
