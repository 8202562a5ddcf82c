/** The server of an id, where the caller may see it, or change it. */
import { canWrite } from "#core/caller";
import { AppError } from "#core/errors";
import type { Scope } from "#tools/store";
import { type CountedServer, findServer } from "./server-store.ts";

/** Throws `not_found`. */
export async function visibleServer(ctx: Scope, id: string): Promise<CountedServer> {
	const row = await findServer(ctx, id);
	if (!row) throw new AppError("not_found", "There is no such MCP server.");
	return row;
}

/** For what users do for themselves at a server that wants OAuth; throws `conflict` for another. */
export async function oauthServer(ctx: Scope, id: string): Promise<CountedServer> {
	const row = await visibleServer(ctx, id);
	if (row.auth !== "oauth") throw new AppError("conflict", "The server wants no OAuth.");
	return row;
}

/** A shared one of somebody else's is `forbidden`. */
export async function ownServer(ctx: Scope, id: string): Promise<CountedServer> {
	const row = await visibleServer(ctx, id);
	if (!canWrite(ctx.caller, row)) throw new AppError("forbidden", "Only its owner may change a shared server.");
	return row;
}
