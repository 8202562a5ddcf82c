/** An agent as OpenAI lists a model. */
import type { AgentRow } from "#agents/store";

export function modelObject({ id, name, ownerId, createdAt }: Pick<AgentRow, "id" | "name" | "ownerId" | "createdAt">) {
	return { id, object: "model" as const, created: Math.floor(Date.parse(createdAt) / 1_000), owned_by: ownerId, name };
}
