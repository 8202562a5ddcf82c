/**
 * Homes of sessions that are opened before anybody needs one: making the database of an object takes as long as the rest
 * of what a new session does before it asks its model.
 */
import type { Background } from "#core/span-queue";
import { newToken } from "#core/ids";

/** Enough for a burst; where more come at once, the rest open their own. */
const spares = 4;
/** The turn that took a home goes first: by then it waits for its model. */
const openAfterMs = 20;

export class SpareHomes {
	readonly #ready: string[] = [];
	#opening = 0;

	/** A home that nobody else gets. `background` opens the next. */
	take(open: (home: string) => Promise<void>, background: Background): string {
		const home = this.#ready.shift() ?? newToken();
		if (this.#ready.length + this.#opening < spares) background.waitUntil(this.#add(open));
		return home;
	}

	async #add(open: (home: string) => Promise<void>): Promise<void> {
		this.#opening++;
		try {
			await scheduler.wait(openAfterMs);
			const home = newToken();
			await open(home);
			this.#ready.push(home);
		} catch (error) {
			console.warn("no spare session", error);
		} finally {
			this.#opening--;
		}
	}
}
