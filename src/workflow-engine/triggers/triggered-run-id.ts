/** The id of the execution that a trigger begins: the same for the same cause, so that to fire twice begins one. */
import { derivedToken } from "#core/ids";
import { homesPerOwner, workflowHomeNamed } from "#workflow-engine/workflow-home";

/** `cause`: as in `TriggeredBy`. */
export async function triggeredRunId(ownerId: string, triggerId: string, cause: string): Promise<string> {
	const token = await derivedToken("triggered", ownerId, triggerId, cause);
	const place = token.charCodeAt(0) % homesPerOwner;
	return `run_${await workflowHomeNamed(ownerId, place)}-${token}`;
}
