/**
 * The secrets of a custom tool, sealed for the tool, their name and its hosts: moved to another tool, or left with other
 * hosts, they stay shut.
 */
import { seal, unseal } from "#core/crypto";
import { AppError } from "#core/errors";
import type { CallContext } from "./context.ts";
import type { Secrets } from "./secret-slots.ts";

type Keys = Pick<CallContext, "sealingKey">;

interface Owner {
	id: string;
	hosts: string[];
}

/** Sealed, by name. */
export type SealedSecrets = Record<string, string>;

export async function sealSecrets(ctx: Keys, owner: Owner, secrets: Record<string, string>): Promise<SealedSecrets> {
	const entries = Object.entries(secrets);
	if (entries.length === 0) return {};
	if (owner.hosts.length === 0) throw refused("are sent to `hosts` only, and the tool declares none");
	const key = await ctx.sealingKey();
	const sealed = entries.map(async ([name, value]) => [name, await seal(key, rowId(owner, name), value)] as const);
	return Object.fromEntries(await Promise.all(sealed));
}

/**
 * The secrets after a change: a value replaces one, null removes it, the others stay. When the hosts change, all have to
 * be given again: a stored secret never goes to a host that it was not given for.
 */
export async function changedSecrets(
	ctx: Keys,
	next: Owner,
	previous: { hosts: string[]; secrets: SealedSecrets },
	changes: Record<string, string | null> = {},
): Promise<SealedSecrets> {
	const kept = Object.entries(previous.secrets).filter(([name]) => !Object.hasOwn(changes, name));
	if (kept.length > 0 && !areSame(next.hosts, previous.hosts)) {
		const names = kept.map(([name]) => name).join(", ");
		throw refused(`have to be given again (or null) when the hosts change: ${names}`);
	}
	const given = Object.entries(changes).filter((entry): entry is [string, string] => entry[1] !== null);
	return { ...Object.fromEntries(kept), ...(await sealSecrets(ctx, next, Object.fromEntries(given))) };
}

export async function unsealSecrets(ctx: Keys, owner: Owner, sealed: SealedSecrets): Promise<Secrets> {
	const entries = Object.entries(sealed);
	if (entries.length === 0) return new Map();
	const key = await ctx.sealingKey();
	try {
		const opened = entries.map(async ([name, text]) => [name, await unseal(key, rowId(owner, name), text)] as const);
		return new Map(await Promise.all(opened));
	} catch (cause) {
		throw new AppError("conflict", "The tool's secrets cannot be opened; its owner has to give them again.", { cause });
	}
}

function rowId({ id, hosts }: Owner, name: string): string {
	return [id, name, ...hosts.toSorted(byText)].join("\n");
}

function areSame(one: string[], other: string[]): boolean {
	return new Set(one).symmetricDifference(new Set(other)).size === 0;
}

function byText(one: string, other: string): number {
	return one < other ? -1 : Number(one > other);
}

function refused(detail: string): AppError {
	return new AppError("invalid_input", "The secrets cannot be kept.", {
		details: { fields: [{ pointer: "/secrets", detail }] },
	});
}
