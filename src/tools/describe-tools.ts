/** The tools of these ids, as a model is told of them; ids that name nothing the caller may call are left out. */
import { asAppError } from "#core/errors";
import type { ToolDescription } from "./client.ts";
import type { CallContext } from "./context.ts";
import { findCallable } from "./find-callable.ts";

export async function describeTools(ctx: CallContext, ids: string[]): Promise<ToolDescription[]> {
	const described = await Promise.all(ids.map((id) => describe(ctx, id)));
	return described.filter((tool) => tool !== undefined);
}

async function describe(ctx: CallContext, id: string): Promise<ToolDescription | undefined> {
	try {
		const { name, description, version, inputSchema, writes, requiresApproval } = await findCallable(ctx, id);
		return { id, name, description, version, inputSchema, writes, requiresApproval };
	} catch (error) {
		if (asAppError(error)) return undefined;
		throw error;
	}
}
