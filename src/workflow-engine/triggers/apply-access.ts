/** What the owner of triggers may do from now on holds for what they begin. */
import type { Role } from "#core/caller";
import type { WorkflowsDb } from "#workflow-engine/context";
import { setOwnerAccess } from "./store.ts";

export interface Access {
	userId: string;
	role: Role;
	disabled: boolean;
}

export async function applyAccess(db: WorkflowsDb, { userId, role, disabled }: Access): Promise<void> {
	await setOwnerAccess(db, userId, { role, suspended: disabled || role === "viewer" });
}
