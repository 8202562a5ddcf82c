import { evictDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import type { Role } from "#core/caller";
import { accountOf } from "./context.ts";
import { bearer, bindings, newKey, newUser, post, send, signIn } from "./testing.ts";

const path = "/api/v1/users";

function patch(id: string, body: object, token: string): Promise<Response> {
	const headers = { ...bearer(token), "content-type": "application/json" };
	return send(`${path}/${id}`, { method: "PATCH", body: JSON.stringify(body), headers });
}

async function admin(): Promise<string> {
	return await signIn(await newUser("admin"));
}

function input(more: object = {}) {
	const name = crypto.randomUUID();
	return { email: `${name}@Example.com`, username: name, password: "a long password", role: "viewer", ...more };
}

describe("users administration", () => {
	test("create, sign in, get, list by pages", async () => {
		const token = await admin();
		const body = input({ firstName: "Ada" });
		const created = await post(path, body, bearer(token));
		expect(created.status).toBe(201);
		const user = await created.json<{ id: string }>();
		expect(user).toMatchObject({ email: body.email.toLowerCase(), role: "viewer", isActive: true, firstName: "Ada" });
		expect(JSON.stringify(user)).not.toMatch(/scrypt|password/);
		const login = await post("/api/auth/login", { email: body.email, password: body.password });
		expect(await login.json()).toMatchObject({ user: { id: user.id, role: "viewer" } });

		await newUser();
		const seen: string[] = [];
		let cursor = "";
		do {
			const page = await send(`${path}?limit=2${cursor}`, { headers: bearer(token) });
			const { users, nextCursor } = await page.json<{ users: { id: string }[]; nextCursor?: string }>();
			seen.push(...users.map(({ id }) => id));
			cursor = nextCursor ? `&cursor=${nextCursor}` : "";
		} while (cursor);
		expect(new Set(seen).size).toBe(seen.length);
		expect(seen).toContain(user.id);
	});

	test("email and username are unique, whatever their spelling", async () => {
		const token = await admin();
		const body = input();
		await post(path, body, bearer(token));
		for (const again of [input({ email: ` ${body.email.toUpperCase()}` }), input({ username: body.username })]) {
			expect((await post(path, again, bearer(token))).status).toBe(409);
		}
	});

	test("fields that a client may not set are not applied", async () => {
		const token = await admin();
		const forged = { id: "usr_mine", isActive: false, createdAt: "1999", passwordHash: "x", userId: "usr_mine" };
		const user = await (await post(path, input(forged), bearer(token))).json<{ id: string }>();
		expect(user).toMatchObject({ isActive: true, id: expect.not.stringMatching("mine") });
		const changed = await patch(
			user.id,
			{ id: "usr_mine", email: "e@vil.test", passwordHash: "x", lastName: "L" },
			token,
		);
		expect(await changed.json()).toMatchObject({ ...user, lastName: "L", updatedAt: expect.any(String) });
	});

	test.each<[string, object]>([
		["no email", { email: undefined }],
		["no address", { email: "nobody" }],
		["short password", { password: "seven77" }],
		["unknown role", { role: "root" }],
		["long name", { username: "x".repeat(101) }],
	])("%s: 422", async (_, wrong) => {
		expect((await post(path, input(wrong), bearer(await admin()))).status).toBe(422);
	});
});

describe("safety: role changes and disabled users take effect on the next request", () => {
	test.each<[Role, number]>([
		["admin", 200],
		["user", 403],
		["viewer", 403],
	])("made %s", async (role, status) => {
		const [boss, user] = [await admin(), await newUser(role === "user" ? "admin" : "user")];
		const token = await signIn(user);
		expect((await patch(user.id, { role }, boss)).status).toBe(200);
		expect((await send(path, { headers: bearer(token) })).status).toBe(status);
		await evictDurableObject(accountOf(bindings, user.id));
		const echoed = await send("/api/v1/agents", { headers: bearer(token) });
		expect(await echoed.json()).toMatchObject({ headers: { "x-user-role": role } });
	});

	test.each([{ disabled: true }, { isActive: false }])("%o", async (change) => {
		const [boss, user] = [await admin(), await newUser()];
		const [token, key] = [await signIn(user), await newKey(user)];
		expect(await (await patch(user.id, change, boss)).json()).toMatchObject({ isActive: false });
		for (const credential of [token, key]) {
			expect((await send("/api/v1/agents", { headers: bearer(credential) })).status).toBe(401);
		}
		await evictDurableObject(accountOf(bindings, user.id));
		expect((await send("/api/v1/agents", { headers: bearer(key) })).status).toBe(401);
		await patch(user.id, { isActive: true }, boss);
		// Sessions ended for good; keys were only shut out.
		expect((await send("/api/v1/agents", { headers: bearer(token) })).status).toBe(401);
		expect((await send("/api/v1/agents", { headers: bearer(key) })).status).toBe(200);
	});

	test("what acts for a user without a request of his is told, and a change that was not heard has to be sent again", async () => {
		const [boss, user] = [await admin(), await newUser()];
		const told = async () =>
			await (await bindings.WORKFLOW_ENGINE.fetch("http://workflow-engine/told")).json<object[]>();
		expect((await patch(user.id, { role: "viewer" }, boss)).status).toBe(200);
		expect((await told()).at(-1)).toEqual({ userId: user.id, role: "viewer", disabled: false });
		const count = (await told()).length;
		expect((await patch(user.id, { firstName: "Ada" }, boss)).status).toBe(200);
		expect(await told()).toHaveLength(count);

		// This the domain does not hear.
		expect((await patch(user.id, { disabled: true }, boss)).status).toBe(503);
		expect((await patch(user.id, { disabled: true, role: "user" }, boss)).status).toBe(200);
		expect((await told()).at(-1)).toEqual({ userId: user.id, role: "user", disabled: true });
	});

	test("the last active admin stays, also when two demote each other at once", async () => {
		await bindings.DB.exec("UPDATE users SET role = 'user'");
		const [one, two] = [await newUser("admin"), await newUser("admin")];
		const [first, second] = [await signIn(one), await signIn(two)];
		const statuses = await Promise.all([
			patch(two.id, { role: "user" }, first).then(({ status }) => status),
			patch(one.id, { isActive: false }, second).then(({ status }) => status),
		]);
		expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(1);
		const left = await bindings.DB.prepare("SELECT id FROM users WHERE role = 'admin' AND is_active = 1").all<{
			id: string;
		}>();
		expect(left.results.length).toBeGreaterThanOrEqual(1);

		const last = await newUser("admin");
		await bindings.DB.prepare("UPDATE users SET role = 'user' WHERE id != ?").bind(last.id).run();
		const token = await signIn(last);
		for (const change of [{ role: "user" }, { disabled: true }]) {
			expect((await patch(last.id, change, token)).status).toBe(409);
		}
		expect((await send(path, { headers: bearer(token) })).status).toBe(200);
	});
});
