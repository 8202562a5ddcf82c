/** A tool call that failed, as the model reads it: a result that says so. */
import type { CallToolResult } from "@modelcontextprotocol/server";
import { asAppError } from "#core/errors";
import type { Span } from "#core/telemetry";
import { unexpectedFailure } from "./unexpected-failure.ts";

export function failedCall(ctx: { span: Span }, thrown: unknown): CallToolResult {
	const known = asAppError(thrown);
	if (!known) return failed(unexpectedFailure(ctx, thrown));
	const fields = known.details.fields ?? [];
	const faults = fields.map(({ pointer, detail }) => `${pointer.replace(/^\/parameters/, "") || "/"}: ${detail}`);
	return failed(faults.length === 0 ? known.message : ["The arguments do not fit the tool:", ...faults].join("\n"));
}

function failed(text: string): CallToolResult {
	return { content: [{ type: "text", text }], isError: true };
}
