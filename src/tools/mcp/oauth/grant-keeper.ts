/**
 * Keeps one grant: sealed for its server and user in the database, opened in the object that alone changes it, one
 * change after the other. So a refresh token that may be used once is used once.
 */
import { isoTime } from "#core/clock";
import { seal, unseal } from "#core/crypto";
import type { ToolsDb } from "#tools/context";
import type { Grant } from "./grant.ts";
import { deleteGrant, findGrant, saveGrant } from "./grant-store.ts";

export interface GrantKeeper {
	/** Undefined where there is none, or none that opens. */
	read(): Promise<Grant | undefined>;
	save(grant: Grant): Promise<void>;
	remove(): Promise<void>;
	/** Runs what changes the grant when all that came before has ended. */
	alone<T>(change: () => Promise<T>): Promise<T>;
}

export interface GrantOwner {
	serverId: string;
	userId: string;
}

interface Options extends GrantOwner {
	db: ToolsDb;
	sealingKey(): Promise<CryptoKey>;
}

export function grantKeeper({ db, serverId, userId, sealingKey }: Options): GrantKeeper {
	const rowId = `${serverId}/${userId}`;
	let kept: Promise<Grant | undefined> | undefined;
	let last: Promise<unknown> = Promise.resolve();
	return {
		async read() {
			kept ??= load();
			return await kept.catch((error: unknown) => {
				kept = undefined;
				throw error;
			});
		},
		async save(grant) {
			const secret = await seal(await sealingKey(), rowId, JSON.stringify(grant));
			const authorized = grant.tokens !== undefined;
			await saveGrant(db, { serverId, userId, secret, authorized, updatedAt: isoTime() });
			kept = Promise.resolve(grant);
		},
		async remove() {
			await deleteGrant(db, serverId, userId);
			kept = Promise.resolve(undefined);
		},
		async alone(change) {
			const result = last.then(change);
			last = result.catch(() => {});
			return await result;
		},
	};

	async function load(): Promise<Grant | undefined> {
		const sealed = await findGrant(db, serverId, userId);
		if (sealed === undefined) return undefined;
		const key = await sealingKey();
		try {
			return JSON.parse(await unseal(key, rowId, sealed));
		} catch {
			// Sealed for another, or by another key: whoever it was has to authorise himself again.
			return undefined;
		}
	}
}
