/**
 * An exact sliding window: at most `limit` admissions in any span of `windowMs`, in constant time.
 * It survives a restart without a write per request, because admissions are leased from storage in batches.
 */

/** Permission to admit `count` requests within one window, on disk before the first of them is admitted. */
export interface Lease {
	/** Unix time in milliseconds. */
	leasedAt: number;
	count: number;
}

/** Keeps the newest leases that together permit `limit` admissions; a window never needs to know of more. */
export interface LeaseStore {
	/** Oldest first. */
	load(): Lease[];
	append(lease: Lease): void;
}

export interface Admission {
	admitted: boolean;
	limit: number;
	/** Admissions left at this moment. */
	remaining: number;
	/** Milliseconds until the next admission is possible, or, while some remain, until the oldest one is forgotten. */
	resetMs: number;
}

/** At least so many fill a window, once they have grown to their full size. */
const leasesPerWindow = 16;

export class SlidingWindow {
	readonly limit: number;
	readonly #windowMs: number;
	readonly #store: LeaseStore;
	readonly #fullLease: number;
	/** Begins with one and doubles, so that a restart loses about as much as was admitted since the one before. */
	#nextLease = 1;
	/** The times of the last `limit` admissions, a ring: admission number n stands at n modulo `limit`. */
	readonly #times: Float64Array;
	#latest = -Infinity;
	/** How many there were, and how many of those have left the window. */
	#admissions = 0;
	#expired = 0;
	/** What is left of the open lease, and when it runs out. */
	#leased = 0;
	#leasedUntil = -Infinity;

	/**
	 * Restores the window at `now`. A leased admission counts as used at the last moment it could have been: when the
	 * next lease began, or this one ran out, or now. So the limit holds, at worst a little of it is lost.
	 */
	constructor(limit: number, windowMs: number, store: LeaseStore, now: number) {
		this.limit = limit;
		this.#windowMs = windowMs;
		this.#store = store;
		this.#fullLease = Math.ceil(limit / leasesPerWindow);
		this.#times = new Float64Array(limit).fill(-Infinity);
		const leases = store.load();
		for (const [index, { leasedAt, count }] of leases.entries()) {
			const usedBy = Math.min(leases[index + 1]?.leasedAt ?? now, leasedAt + windowMs, now);
			for (let used = 0; used < Math.min(count, limit); used++) this.#record(usedBy);
		}
	}

	take(clock: number): Admission {
		const now = this.#steady(clock);
		this.#forget(now);
		if (this.#admissions - this.#expired >= this.limit) return this.#answer(false, now);
		if (this.#leased === 0 || now > this.#leasedUntil) {
			this.#leased = this.#nextLease;
			this.#nextLease = Math.min(this.#nextLease * 2, this.#fullLease);
			this.#store.append({ leasedAt: now, count: this.#leased });
			this.#leasedUntil = now + this.#windowMs;
		}
		this.#leased--;
		this.#record(now);
		return this.#answer(true, now);
	}

	/** A clock that was set back must neither reopen the window nor keep it shut for longer than one window. */
	#steady(clock: number): number {
		if (this.#latest - clock > this.#windowMs) {
			for (const [index, time] of this.#times.entries()) this.#times[index] = Math.min(time, clock);
			this.#latest = clock;
		}
		return Math.max(clock, this.#latest);
	}

	/** Constant on average: each admission is forgotten once. */
	#forget(now: number): void {
		this.#expired = Math.max(this.#expired, this.#admissions - this.limit);
		while (this.#expired < this.#admissions && now - this.#timeOf(this.#expired) > this.#windowMs) this.#expired++;
	}

	#record(at: number): void {
		this.#times[this.#admissions++ % this.limit] = at;
		this.#latest = at;
	}

	#timeOf(admission: number): number {
		return this.#times[admission % this.limit] ?? -Infinity;
	}

	#answer(admitted: boolean, now: number): Admission {
		const inWindow = this.#admissions - this.#expired;
		const resetMs = inWindow === 0 ? 0 : this.#timeOf(this.#expired) + this.#windowMs + 1 - now;
		return { admitted, limit: this.limit, remaining: this.limit - inWindow, resetMs };
	}
}
