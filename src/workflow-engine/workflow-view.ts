/** A workflow as the API shows it. */
import type { Workflow, WorkflowSummary } from "./schema.ts";
import type { ListedWorkflow, WorkflowRow } from "./store.ts";

export function workflowView(row: WorkflowRow): Workflow {
	return { ...commonView(row), definition: row.definition };
}

export function workflowSummary(row: ListedWorkflow): WorkflowSummary {
	return { ...commonView(row), nodeCount: row.nodeCount };
}

function commonView(row: ListedWorkflow) {
	const { id, name, description, status, version, category, shared, isTemplate, ownerId, createdAt, updatedAt } = row;
	return {
		...{ id, name, ...(description !== null && { description }) },
		...{ status, version, category, shared, isTemplate, createdBy: ownerId, createdAt, updatedAt },
	};
}
