/** How one run of a custom tool calls out: its marked slots, its `fetch`, and which failures were not its own. */
import { type AppError, asAppError, type ErrorCode } from "#core/errors";
import type { CallContext } from "./context.ts";
import { customFetch } from "./custom-fetch.ts";
import type { ScriptRequest, ScriptResponse } from "./sandbox/call-out.ts";
import type { ScriptError } from "./sandbox/sandbox.ts";
import { SecretSlots } from "./secret-slots.ts";
import type { ToolScope } from "./standard/standard-tool.ts";
import type { CustomRow } from "./tool-row.ts";
import { unsealSecrets } from "./tool-secrets.ts";

export interface CustomCalls {
	slots: SecretSlots;
	fetch(request: ScriptRequest, signal: AbortSignal): Promise<ScriptResponse>;
	/** The failure of a server or of the way there, where that is what the script ended with, because it let it through. */
	failureIn(error: ScriptError): AppError | undefined;
}

/** What may have passed when the call is made again. */
const passing: ReadonlySet<ErrorCode> = new Set(["bad_gateway", "gateway_timeout"]);

/** Throws `conflict` where the tool's secrets cannot be opened. */
export async function customCalls(
	{ id, config }: CustomRow,
	{ egress, ...ctx }: Pick<CallContext, "sealingKey" | "egress">,
	{ fetch, timeoutMs, idempotencyKey }: ToolScope,
): Promise<CustomCalls> {
	const { hosts } = config;
	const slots = new SecretSlots(await unsealSecrets(ctx, { id, hosts }, config.secrets));
	const send = customFetch({ hosts, slots, egress, fetch, timeoutMs, idempotencyKey });
	/** By what the script is told of them. */
	const failures = new Map<string, AppError>();
	return {
		slots,
		async fetch(request, signal) {
			try {
				return await send(request, signal);
			} catch (error) {
				const known = asAppError(error);
				if (known && passing.has(known.code)) failures.set(known.message, known);
				throw error;
			}
		},
		failureIn: ({ name, message }) => (name === "Error" ? failures.get(message) : undefined),
	};
}
