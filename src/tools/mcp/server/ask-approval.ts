/**
 * A person's word before a tool that needs it is called: the client asks him and sends the same call again, with his
 * answer and our signed state (MCP 2026-07-28, multi-round-trip requests). One answer allows one call.
 */
import {
	acceptedContent,
	inputRequired,
	inputResponse,
	type InputRequiredResult,
	type ServerContext,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import { argumentsHash } from "#core/arguments-hash";
import { AppError } from "#core/errors";
import { newToken } from "#core/ids";
import { checkApproval } from "#tools/call-tool";
import type { CallableTool } from "#tools/callable-tool";
import type { McpScope } from "./mcp-scope.ts";

/** Signed; the client can read it. */
const Asked = z.object({ approvalOf: z.string(), nonce: z.string() });
const Answer = z.object({ allow: z.boolean().meta({ title: "Allow this call" }) });
const key = "approval";
/** A person who cannot see all of a call cannot allow it. */
const maxShown = 8_000;

/** What to ask the caller, or what he has allowed. */
interface Approval {
	question?: InputRequiredResult;
	approvedHash?: string;
}

/** Throws `approval_required`, and `approval_denied` for a person who said no. */
export async function askApproval(
	{ ctx, era, state }: McpScope,
	tool: CallableTool,
	args: unknown,
	mcp: ServerContext,
): Promise<Approval> {
	if (era === "legacy") {
		throw new AppError(
			"approval_required",
			`A person has to allow each call of "${tool.name}", and by this version of MCP he cannot be asked. Use a client ` +
				`that speaks 2026-07-28, or POST /api/v1/tools/${tool.id}/execute, which waits for him.`,
		);
	}
	const asked = Asked.safeParse(mcp.mcpReq.requestState()).data;
	const answer = inputResponse(mcp.mcpReq.inputResponses, key);
	if (!asked || answer.kind === "missing") return { question: await question() };

	await checkApproval(tool, args, asked.approvalOf);
	if (acceptedContent(mcp.mcpReq.inputResponses, key, Answer)?.allow !== true) {
		throw new AppError("approval_denied", `The call of "${tool.name}" was not allowed.`);
	}
	const use = newToken();
	const used = await ctx.keys(ctx.caller.userId).claim(`approval:${asked.nonce}`, asked.approvalOf, use);
	if (used !== use) throw new AppError("approval_required", "What was allowed has been called already.");
	return { approvedHash: asked.approvalOf };

	async function question(): Promise<InputRequiredResult> {
		const shown = JSON.stringify(args, null, 2);
		if (shown.length > maxShown) {
			throw new AppError("limit_exceeded", `A call that a person has to allow has ${maxShown} characters at most.`);
		}
		const approvalOf = await argumentsHash(tool, args);
		return inputRequired({
			inputRequests: {
				[key]: inputRequired.elicit({
					message: `Allow a call of "${tool.name}" with these arguments?\n${shown}`,
					requestedSchema: Answer,
				}),
			},
			requestState: await state.mint({ approvalOf, nonce: newToken() }, mcp),
		});
	}
}
