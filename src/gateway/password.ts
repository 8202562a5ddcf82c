/** Passwords as scrypt hashes that carry their own parameters: `scrypt$16384$8$5$<salt>$<hash>`. */
import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { AppError } from "#core/errors";

const cost = { N: 16_384, r: 8, p: 5 };
const hashBytes = 32;
/** Twice what one hash takes: half of the isolate's time stays free for other requests. */
const slotMs = 300;
const maxWaitMs = 10_000;

/** A hash of nobody's password: checked for an unknown email, so that it takes the same time as a known one. */
const nobodysHash = `scrypt$16384$8$5$${"A".repeat(22)}$${"A".repeat(43)}`;

let nextSlot = 0;

export async function hashPassword(password: string): Promise<string> {
	const salt = randomBytes(16);
	await turn();
	const hash = scryptSync(password.normalize("NFKC"), salt, hashBytes, cost);
	return ["scrypt", cost.N, cost.r, cost.p, salt.toString("base64url"), hash.toString("base64url")].join("$");
}

/** Whether the password fits; takes as long for `undefined`, which nothing fits. */
export async function checkPassword(password: string, stored: string | undefined): Promise<boolean> {
	const [, N, r, p, salt = "", hash = ""] = (stored ?? nobodysHash).split("$");
	const expected = Buffer.from(hash, "base64url");
	await turn();
	const actual = scryptSync(password.normalize("NFKC"), Buffer.from(salt, "base64url"), expected.length, {
		N: Number(N),
		r: Number(r),
		p: Number(p),
	});
	return timingSafeEqual(actual, expected) && stored !== undefined;
}

/**
 * Waits for this isolate's next free slot. A hash holds the thread, so they run one at a time with room between them.
 * Each request waits on its own timer: a shared queue would stop when a request in it is cancelled.
 */
async function turn(): Promise<void> {
	const now = Date.now();
	const slot = Math.max(now, nextSlot);
	if (slot - now > maxWaitMs) {
		throw new AppError("service_unavailable", "Too many logins at once; try again soon.", {
			details: { retryAfter: maxWaitMs / 1000 },
		});
	}
	nextSlot = slot + slotMs;
	if (slot > now) await scheduler.wait(slot - now);
}
