/** `model` names an agent: by its id, or by its exact name, the caller's own before those that others share. */
import { AppError } from "#core/errors";
import { runnable } from "#agents/runnable-agent";
import type { AgentDefinition } from "#agents/schema";
import { type AgentRow, findActiveAgents, type Scope } from "#agents/store";

/** Throws `not_found` for what the caller cannot run, and for a name that does not tell which agent is meant. */
export async function agentOfModel(scope: Scope, model: string): Promise<AgentDefinition> {
	return runnable(await rowOfModel(scope, model));
}

export async function rowOfModel(scope: Scope, model: string): Promise<AgentRow> {
	const [first, second] = await findActiveAgents(scope, model);
	if (!first) {
		throw noModel(`The model "${shorten(model)}" does not exist, or you may not run it: name an agent or its id.`);
	}
	if (first.id === model || !second) return first;
	const own = ({ ownerId }: AgentRow) => ownerId === scope.caller.userId;
	if (own(first) && !own(second)) return first;
	throw noModel(`Several agents are named "${shorten(model)}": use the id of one of them.`);
}

function noModel(message: string): AppError {
	return new AppError("not_found", message, { details: { fields: [{ pointer: "/model", detail: message }] } });
}

function shorten(text: string): string {
	return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
