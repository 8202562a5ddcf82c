/** What an execution is asked, with its definition pinned: it has to fit the workflow, and into one row. */
import { sha256 } from "#core/crypto";
import { AppError } from "#core/errors";
import { fitsRow } from "./definition-length.ts";
import { checkInput } from "./input-schema.ts";
import { maxRunBytes } from "./limits.ts";
import type { Definition } from "./schema.ts";
import type { WorkflowRunInput, WorkflowRunRequest } from "./workflow-run.ts";

/** Throws `invalid_input` and `payload_too_large`. */
export async function pinnedRun(
	definition: Definition,
	run: Omit<WorkflowRunInput, "definitionId">,
): Promise<WorkflowRunRequest> {
	checkRun(definition, run);
	const json = JSON.stringify(definition);
	return { ...run, definitionId: await sha256(json), definition: json };
}

/** Throws `invalid_input` for an input that does not fit the workflow, and `payload_too_large`. */
export function checkRun(definition: Definition, run: Omit<WorkflowRunInput, "definitionId">): void {
	checkInput(definition, run.input);
	if (!fitsRow(run)) throw new AppError("payload_too_large", `The input is larger than ${maxRunBytes} bytes.`);
}
