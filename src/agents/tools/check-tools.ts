/** References to tools are checked when an agent is saved, and again when it runs. */
import { AppError } from "#core/errors";

/** The tools that every session brings along. */
export const builtInToolIds: readonly string[] = ["current_time", "remember", "recall", "ask_user"];

/** Throws `invalid_input` with the places of ids that name no tool. */
export function checkTools(ids: string[]): void {
	const fields = ids.flatMap((id, i) =>
		builtInToolIds.includes(id) ? [] : [{ pointer: `/config/tools/${i}`, detail: `there is no tool "${id}"` }],
	);
	if (fields.length > 0)
		throw new AppError("invalid_input", "The agent names tools that do not exist.", { details: { fields } });
}
