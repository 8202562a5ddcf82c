import { evictDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import type { Access, Session } from "#gateway/account-store";
import { changePassword } from "#gateway/change-password";
import { logIn } from "#gateway/log-in";
import { accountOf } from "./context.ts";
import { bearer, bindings, contextOf, newKey, newUser, post, send, signIn } from "./testing.ts";

const path = "/api/v1/agents";
const password = "correct horse battery";

async function statusOf(token: string): Promise<number> {
	return (await send(path, { headers: bearer(token) })).status;
}

describe("safety: sessions", () => {
	test("after logout 100 replays at once are refused, before and after an eviction", async () => {
		const user = await newUser();
		const token = await signIn(user);
		const answer = await post("/api/auth/logout", { token }, bearer(token));
		expect(await answer.json()).toEqual({ success: true, message: "Signed out." });
		const replays = await Promise.all(Array.from({ length: 100 }, () => statusOf(token)));
		expect(new Set(replays)).toEqual(new Set([401]));
		await evictDurableObject(accountOf(bindings, user.id));
		expect(await statusOf(token)).toBe(401);
	});

	test("logout needs no body; another user's token in it does nothing", async () => {
		const [mine, theirs] = [await signIn(await newUser()), await signIn(await newUser())];
		expect((await post("/api/auth/logout", { token: theirs }, bearer(mine))).status).toBe(200);
		expect([await statusOf(mine), await statusOf(theirs)]).toEqual([401, 200]);
		expect((await send("/api/auth/logout", { method: "POST", headers: bearer(theirs) })).status).toBe(200);
		expect(await statusOf(theirs)).toBe(401);
	});

	test("logout ends my other session when its token is in the body", async () => {
		const user = await newUser();
		const [one, other, third] = [await signIn(user), await signIn(user), await signIn(user)];
		await post("/api/auth/logout", { token: other }, bearer(one));
		expect([await statusOf(one), await statusOf(other), await statusOf(third)]).toEqual([401, 401, 200]);
	});

	test("a session outlives an eviction", async () => {
		const user = await newUser();
		const token = await signIn(user);
		await evictDurableObject(accountOf(bindings, user.id));
		expect(await statusOf(token)).toBe(200);
	});

	test("refresh gives a new token for the same session and kills the old one", async () => {
		const user = await newUser();
		const old = await signIn(user);
		const answer = await send("/api/auth/refresh", { method: "POST", headers: bearer(old) });
		const { token, expiresAt } = await answer.json<{ token: string; expiresAt: string }>();
		expect([await statusOf(old), await statusOf(token)]).toEqual([401, 200]);
		expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(11.9 * 3_600_000);
		const sessions = await send("/api/auth/sessions", { headers: bearer(token) });
		expect(await sessions.json()).toMatchObject({ sessions: [{ current: true, userAgent: "test" }] });
	});

	test("me says who I am, with the role of this moment", async () => {
		const user = await newUser("viewer");
		const response = await send("/api/auth/me", { headers: bearer(await signIn(user)) });
		expect(await response.json()).toMatchObject({ id: user.id, email: user.email, role: "viewer" });
	});

	test("a session is revoked by its id, but not by another user", async () => {
		const user = await newUser();
		const [one, other] = [await signIn(user), await signIn(user)];
		const list = await send("/api/auth/sessions", { headers: bearer(one) });
		const { sessions } = await list.json<{ sessions: { id: string; current: boolean }[] }>();
		const id = sessions.find(({ current }) => !current)?.id;
		const stranger = bearer(await signIn(await newUser()));
		expect((await send(`/api/auth/sessions/${id}`, { method: "DELETE", headers: stranger })).status).toBe(404);
		expect(await statusOf(other)).toBe(200);
		expect((await send(`/api/auth/sessions/${id}`, { method: "DELETE", headers: bearer(one) })).status).toBe(204);
		expect([await statusOf(one), await statusOf(other)]).toEqual([200, 401]);
	});

	test("a password change ends the other sessions and the old password", async () => {
		const user = await newUser();
		const [one, other] = [await signIn(user), await signIn(user)];
		const change = (currentPassword: string, newPassword: string) =>
			post("/api/auth/password", { currentPassword, newPassword }, bearer(one));
		expect((await change("wrong", "a new password")).status).toBe(401);
		expect((await change(password, "short")).status).toBe(422);
		expect((await change(password, "a new password")).status).toBe(200);
		expect([await statusOf(one), await statusOf(other)]).toEqual([200, 401]);
		expect((await post("/api/auth/login", { email: user.email, password })).status).toBe(401);
		expect((await post("/api/auth/login", { email: user.email, password: "a new password" })).status).toBe(200);
	});

	test("a login that checked the old password does not survive its change", async () => {
		const user = await newUser();
		const ctx = await contextOf(user);
		const real = ctx.account(user.id);
		const changing = {
			create: (access: Access) => real.create(access),
			endSession: (id: string) => real.endSession(id),
			async openSession(session: Session) {
				await changePassword(ctx, { currentPassword: password, newPassword: "a new password" });
				return await real.openSession(session);
			},
		};
		const racing = { ...ctx, account: () => changing as never };
		const request = { email: user.email, password };
		await expect(logIn(racing, request, { address: "", userAgent: "" })).rejects.toMatchObject({
			code: "invalid_credentials",
		});
		expect(await real.listSessions()).toEqual([]);
	});

	test("of two changes of the same password at once one is made", async () => {
		const user = await newUser();
		const ctx = await contextOf(user);
		const outcomes = await Promise.allSettled(
			["a new password", "another password"].map((newPassword) =>
				changePassword(ctx, { currentPassword: password, newPassword }),
			),
		);
		expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
	});

	test("login sessions and sessions of agents are told apart by their ids", async () => {
		const response = await send("/api/auth/sessions", { headers: bearer(await signIn(await newUser())) });
		expect(await response.json()).toMatchObject({ sessions: [{ id: expect.stringMatching(/^lgn_/) }] });
	});

	test("an API key has no session to end or refresh", async () => {
		const key = await newKey(await newUser());
		for (const action of ["logout", "refresh"]) {
			expect((await send(`/api/auth/${action}`, { method: "POST", headers: bearer(key) })).status).toBe(403);
		}
	});
});
