/** The workflow as an execution pins it, where the caller may run it now. */
import { AppError } from "#core/errors";
import type { Definition, Workflow } from "./schema.ts";
import { getVersion, getWorkflow, type Scope } from "./store.ts";

export interface PinnedWorkflow {
	id: string;
	version: string;
	definition: Definition;
}

const reasons: Record<Exclude<Workflow["status"], "active">, string> = {
	draft: "The workflow is a draft, which only its owner runs.",
	inactive: "The workflow is inactive.",
	archived: "The workflow is archived.",
};

/** Throws `not_found` for what the caller may not see, `conflict` for what cannot run; owners run their drafts. */
export async function runnableWorkflow(scope: Scope, id: string, version?: string): Promise<PinnedWorkflow> {
	const workflow = await getWorkflow(scope, id);
	const { status, ownerId } = workflow;
	const isOwnDraft = status === "draft" && ownerId === scope.caller.userId;
	if (status !== "active" && !isOwnDraft) throw new AppError("conflict", reasons[status]);
	if (version === undefined || version === workflow.version) return pinned(id, workflow);
	return pinned(id, await getVersion(scope, id, version));
}

function pinned(id: string, { version, definition }: Omit<PinnedWorkflow, "id">): PinnedWorkflow {
	return { id, version, definition };
}
