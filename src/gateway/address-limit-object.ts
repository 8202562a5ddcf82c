/** The exact limit on what one address may ask without a valid identity; on disk, so that a restart opens nothing. */
import { DurableObject } from "cloudflare:workers";
import { type Admission, type Lease, SlidingWindow } from "./sliding-window.ts";
import { leasesTable, windowLeases } from "./window-leases.ts";

const windowMs = 60_000;

export class AddressLimitObject<Env> extends DurableObject<Env> {
	#window: SlidingWindow | undefined;

	/** `limit` is admissions a minute. */
	take(limit: number): Admission {
		const now = Date.now();
		if (this.#window?.limit !== limit) {
			this.ctx.storage.sql.exec(leasesTable);
			const leases = windowLeases(this.ctx.storage.sql, limit);
			const append = (lease: Lease) => {
				leases.append(lease);
				this.ctx.waitUntil(this.ctx.storage.setAlarm(lease.leasedAt + 3 * windowMs));
			};
			this.#window = new SlidingWindow(limit, windowMs, { ...leases, append }, now);
		}
		return this.#window.take(now);
	}

	/** The last lease ran out a window ago: nothing of the address is kept. */
	override async alarm(): Promise<void> {
		this.#window = undefined;
		await this.ctx.storage.deleteAll();
	}
}
