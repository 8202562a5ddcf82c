/** The rebuilding of an index: what it begins with, and what came of it. */
import { AppError } from "#core/errors";
import type { Run } from "#run/run";
import type { Build } from "./tables.ts";

export interface RebuildInput {
	indexId: string;
	ownerId: string;
	build: Build;
}

export interface RebuildResult {
	documents: number;
}

export type RebuildRun = Run<RebuildInput, RebuildResult>;

/** Two at once would each wait for what the other copies. */
export function alreadyRebuilt(): AppError {
	return new AppError("conflict", "The index is being rebuilt already; wait for its end, or cancel it.");
}
