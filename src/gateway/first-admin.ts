/** The first admin, from the deployment's settings, where there is no active admin yet. */
import { isoTime } from "#core/clock";
import { asAppError } from "#core/errors";
import { newId } from "#core/ids";
import type { GatewayContext } from "./context.ts";
import { normalizeEmail } from "./email.ts";
import { hashPassword } from "./password.ts";
import { hasActiveAdmin, insertUser } from "./store.ts";

/** Looked for once an isolate: an admin that exists stays, because the last one cannot be removed. */
let found = false;

export async function createFirstAdmin({ db, firstAdmin }: GatewayContext): Promise<void> {
	if (found || !firstAdmin) return;
	if (!(await hasActiveAdmin(db))) {
		const now = isoTime();
		try {
			await insertUser(db, {
				id: newId("usr"),
				email: normalizeEmail(firstAdmin.email),
				username: "admin",
				firstName: null,
				lastName: null,
				role: "admin",
				isActive: true,
				passwordHash: await hashPassword(firstAdmin.password),
				lastLoginAt: null,
				createdAt: now,
				updatedAt: now,
			});
		} catch (error) {
			// Another isolate was first.
			if (asAppError(error)?.code !== "conflict") throw error;
		}
	}
	found = true;
}
