/** References to tools are checked when an agent is saved; when it runs, they are looked up as whoever runs it. */
import { AppError } from "#core/errors";
import type { AgentsContext } from "#agents/context";

/** The tools that every session brings along. */
const sessionToolIds: readonly string[] = ["current_time", "remember", "recall", "ask_user"];

export function isSessionTool(id: string): boolean {
	return sessionToolIds.includes(id);
}

/** Throws `invalid_input` with the places of ids that name no tool which the caller may call. */
export async function checkTools(
	{ tools, caller }: Pick<AgentsContext, "tools" | "caller">,
	ids: string[],
): Promise<void> {
	const others = ids.filter((id) => !isSessionTool(id));
	const known = others.length === 0 ? [] : (await tools.describe(caller, others)).map(({ id }) => id);
	const fields = ids.flatMap((id, i) =>
		isSessionTool(id) || known.includes(id)
			? []
			: [{ pointer: `/config/tools/${i}`, detail: `there is no tool "${id}"` }],
	);
	if (fields.length > 0)
		throw new AppError("invalid_input", "The agent names tools that do not exist.", { details: { fields } });
}
