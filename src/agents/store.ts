/** The queries of the agents database; each one sees only what its caller may see. */
import { and, desc, eq, or, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Caller } from "#core/caller";
import { AppError } from "#core/errors";
import { madeOnce } from "#core/made-once";
import { after, visible } from "#core/owned-rows";
import { type Page, type PageRequest, pageOf } from "#core/paging";
import type { AgentsDb } from "./context.ts";
import { agentExecutions, agents, agentTemplates, agentVersions, conversations, modelProviders } from "./tables.ts";
import { upsertInto } from "#core/upsert";

export type AgentRow = typeof agents.$inferSelect;
export type TemplateRow = typeof agentTemplates.$inferSelect;
export type VersionRow = typeof agentVersions.$inferSelect;
export type ExecutionRow = typeof agentExecutions.$inferSelect;
export type ConversationRow = typeof conversations.$inferSelect;
export type ProviderRow = typeof modelProviders.$inferSelect;

/** A database and on whose behalf it is asked. */
export interface Scope {
	db: AgentsDb;
	readonly caller: Caller;
}

export const openDb = madeOnce((database: D1Database): AgentsDb => drizzle(database));

export async function insertAgent({ db }: Scope, agent: AgentRow, template?: TemplateRow): Promise<void> {
	const rows = [
		db.insert(agents).values(agent),
		db.insert(agentVersions).values(versionOf(agent, agent.ownerId)),
	] as const;
	await (template ? db.batch([...rows, db.insert(agentTemplates).values(template)]) : db.batch([...rows]));
}

/** Throws `not_found` also for another owner's agent that is not shared. */
export async function getAgent(scope: Scope, id: string): Promise<AgentRow> {
	return (await selectAgent(scope, id).get()) ?? missing("agent");
}

/** The agent, and the providers that the caller brings to it, in one trip to the database. */
export async function getAgentAndProviders(
	scope: Scope,
	id: string,
): Promise<{ agent: AgentRow; providers: ProviderRow[] }> {
	const [[agent], providers] = await scope.db.batch([selectAgent(scope, id), selectProviders(scope)]);
	return { agent: agent ?? missing("agent"), providers };
}

export async function listAgents(scope: Scope, request: PageRequest, skill?: string): Promise<Page<AgentRow>> {
	const { db, caller } = scope;
	const hasSkill = skill && sql`EXISTS (SELECT 1 FROM json_each(${agents.skills}) WHERE value = ${skill})`;
	const rows = await db
		.select()
		.from(agents)
		.where(
			and(visible(caller, agents, agents.shared), after(request, agents.createdAt, agents.id), hasSkill || undefined),
		)
		.orderBy(desc(agents.createdAt), desc(agents.id))
		.limit(request.limit + 1);
	return pageOf(rows, request.limit, ({ createdAt, id }) => ({ at: createdAt, id }));
}

/**
 * Active agents of this id or name, best first: the id, the caller's own, others. Two are enough to tell whether a name
 * is ambiguous.
 */
export async function findActiveAgents({ db, caller }: Scope, idOrName: string): Promise<AgentRow[]> {
	const named = or(eq(agents.id, idOrName), eq(agents.name, idOrName));
	return await db
		.select()
		.from(agents)
		.where(and(named, eq(agents.status, "active"), visible(caller, agents, agents.shared)))
		.orderBy(desc(eq(agents.id, idOrName)), desc(eq(agents.ownerId, caller.userId)))
		.limit(2);
}

/** By id: the names of those of the agents that are active. */
export async function namesOfActiveAgents({ db, caller }: Scope, ids: string[]): Promise<Map<string, string>> {
	const { id, name } = agents;
	const isOne = sql`${id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
	const rows = await db
		.select({ id, name })
		.from(agents)
		.where(and(isOne, eq(agents.status, "active"), visible(caller, agents, agents.shared)));
	return new Map(rows.map((row) => [row.id, row.name]));
}

/** The newest active agents, without what they consist of. */
export async function listActiveAgents({ db, caller }: Scope, limit: number) {
	const { id, name, ownerId, createdAt } = agents;
	return await db
		.select({ id, name, ownerId, createdAt })
		.from(agents)
		.where(and(eq(agents.status, "active"), visible(caller, agents, agents.shared)))
		.orderBy(desc(createdAt), desc(id))
		.limit(limit);
}

/** Replaces the agent, unless it has changed since `previous` was read. */
export async function updateAgent({ db, caller }: Scope, agent: AgentRow, previous: AgentRow): Promise<void> {
	const unchanged = and(eq(agents.id, agent.id), eq(agents.version, previous.version));
	const [updated] = await db.batch([
		db.update(agents).set(agent).where(unchanged).returning({ id: agents.id }),
		db.insert(agentVersions).values(versionOf(agent, caller.userId)).onConflictDoNothing(),
	]);
	if (updated.length === 0) throw new AppError("conflict", "The agent was changed by somebody else meanwhile.");
}

export async function deleteAgent({ db }: Scope, id: string): Promise<void> {
	await db.batch([
		db.delete(agents).where(eq(agents.id, id)),
		db.delete(agentVersions).where(eq(agentVersions.agentId, id)),
	]);
}

export async function listVersions({ db }: Scope, agentId: string): Promise<VersionRow[]> {
	return await db
		.select()
		.from(agentVersions)
		.where(eq(agentVersions.agentId, agentId))
		.orderBy(desc(agentVersions.createdAt), desc(agentVersions.version));
}

/** The skills of the agents that the caller sees, with how many have each. */
export async function listSkills({ db, caller }: Scope): Promise<Array<{ name: string; agents: number }>> {
	return await db.all(sql`
		SELECT value AS name, count(*) AS agents FROM ${agents}, json_each(${agents.skills})
		WHERE ${visible(caller, agents, agents.shared) ?? sql`true`} GROUP BY value ORDER BY value LIMIT 1000
	`);
}

export async function getTemplate({ db, caller }: Scope, id: string): Promise<TemplateRow> {
	const own = and(eq(agentTemplates.id, id), visible(caller, agentTemplates, agentTemplates.isPublic));
	return (await db.select().from(agentTemplates).where(own).get()) ?? missing("template");
}

export async function listTemplates({ db, caller }: Scope, request: PageRequest): Promise<Page<TemplateRow>> {
	const rows = await db
		.select()
		.from(agentTemplates)
		.where(
			and(
				visible(caller, agentTemplates, agentTemplates.isPublic),
				after(request, agentTemplates.createdAt, agentTemplates.id),
			),
		)
		.orderBy(desc(agentTemplates.createdAt), desc(agentTemplates.id))
		.limit(request.limit + 1);
	return pageOf(rows, request.limit, ({ createdAt, id }) => ({ at: createdAt, id }));
}

export async function deleteTemplate({ db }: Scope, id: string): Promise<void> {
	await db.delete(agentTemplates).where(eq(agentTemplates.id, id));
}

export async function listExecutions(
	{ db, caller }: Scope,
	request: PageRequest,
	filter: { agentId?: string; sessionId?: string; status?: ExecutionRow["status"] },
): Promise<Page<ExecutionRow>> {
	const rows = await db
		.select()
		.from(agentExecutions)
		.where(
			and(
				visible(caller, agentExecutions),
				after(request, agentExecutions.startTime, agentExecutions.id),
				filter.agentId ? eq(agentExecutions.agentId, filter.agentId) : undefined,
				filter.sessionId ? eq(agentExecutions.sessionId, filter.sessionId) : undefined,
				filter.status ? eq(agentExecutions.status, filter.status) : undefined,
			),
		)
		.orderBy(desc(agentExecutions.startTime), desc(agentExecutions.id))
		.limit(request.limit + 1);
	return pageOf(rows, request.limit, ({ startTime, id }) => ({ at: startTime, id }));
}

export async function listConversations({ db, caller }: Scope, request: PageRequest): Promise<Page<ConversationRow>> {
	const own = caller.role === "admin" ? undefined : eq(conversations.userId, caller.userId);
	const rows = await db
		.select()
		.from(conversations)
		.where(and(own, after(request, conversations.updatedAt, conversations.id)))
		.orderBy(desc(conversations.updatedAt), desc(conversations.id))
		.limit(request.limit + 1);
	return pageOf(rows, request.limit, ({ updatedAt, id }) => ({ at: updatedAt, id }));
}

/** Forgets a session's listing rows; the session itself has checked who asks. */
export async function deleteConversation(db: AgentsDb, id: string): Promise<void> {
	await db.batch([
		db.delete(conversations).where(eq(conversations.id, id)),
		db.delete(agentExecutions).where(eq(agentExecutions.sessionId, id)),
	]);
}

const upsertExecution = upsertInto(agentExecutions, "WHERE excluded.revision > revision");
const upsertConversation = upsertInto(conversations);

/** Shows executions and their conversation in the lists; older revisions never overwrite newer ones. */
export async function upsertProjection(
	{ $client: d1 }: AgentsDb,
	executions: ExecutionRow[],
	conversation?: ConversationRow,
): Promise<void> {
	const writes = executions.map((row) => upsertExecution(d1, row));
	if (conversation) writes.push(upsertConversation(d1, conversation));
	if (writes.length > 0) await d1.batch(writes);
}

export async function insertProvider({ db }: Scope, row: ProviderRow): Promise<void> {
	const added = await db.insert(modelProviders).values(row).onConflictDoNothing().returning({ id: modelProviders.id });
	if (added.length === 0) throw new AppError("conflict", `You have a provider named "${row.name}" already.`);
}

/** The caller's own providers, also for an admin: they hold keys. */
export async function listProviders(scope: Scope): Promise<ProviderRow[]> {
	return await selectProviders(scope);
}

export async function deleteProvider({ db, caller }: Scope, id: string): Promise<void> {
	const own = and(eq(modelProviders.id, id), eq(modelProviders.ownerId, caller.userId));
	const deleted = await db.delete(modelProviders).where(own).returning({ id: modelProviders.id });
	if (deleted.length === 0) missing("provider");
}

function selectAgent({ db, caller }: Scope, id: string) {
	return db
		.select()
		.from(agents)
		.where(and(eq(agents.id, id), visible(caller, agents, agents.shared)));
}

function selectProviders({ db, caller }: Scope) {
	return db.select().from(modelProviders).where(eq(modelProviders.ownerId, caller.userId)).orderBy(modelProviders.name);
}

function versionOf(agent: AgentRow, createdBy: string): VersionRow {
	const { id, version, name, framework, config, updatedAt } = agent;
	return { agentId: id, version, name, framework, config, createdBy, createdAt: updatedAt };
}

function missing(what: string): never {
	throw new AppError("not_found", `There is no such ${what}.`);
}
