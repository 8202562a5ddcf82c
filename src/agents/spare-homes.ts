/**
 * Homes of sessions that are opened before anybody needs one: making the database of an object takes as long as the rest
 * of what a new session does before it asks its model.
 */
import { newToken } from "#core/ids";
import type { Background } from "#core/span-queue";

/** Enough for a burst; where more come at once, the rest open their own. */
const spares = 8;
/** Opening holds up what else goes on here, so it is done for several sessions at a time. */
const fewSpares = 3;
/** The turn that took a home goes first: by then it waits for its model. */
const openAfterMs = 50;
/** A request may work so long after its answer. */
const maxFillMs = 30_000;

export class SpareHomes {
	readonly #ready: string[] = [];
	/** The fill under way has ended by then, or has died with the request that it ran in. */
	#fillingUntil = 0;

	/** A home that nobody else gets. `background` opens the next ones. */
	take(open: (home: string) => Promise<void>, background: Background): string {
		const home = this.#ready.shift() ?? newToken();
		const isFilling = Date.now() < this.#fillingUntil;
		if (this.#ready.length <= fewSpares && !isFilling) background.waitUntil(this.#fill(open));
		return home;
	}

	async #fill(open: (home: string) => Promise<void>): Promise<void> {
		this.#fillingUntil = Date.now() + maxFillMs;
		try {
			await scheduler.wait(openAfterMs);
			while (this.#ready.length < spares) {
				const home = newToken();
				await open(home);
				this.#ready.push(home);
			}
		} catch (error) {
			console.warn("no spare session", error);
		} finally {
			this.#fillingUntil = 0;
		}
	}
}
