import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import { accountOf } from "./context.ts";
import { bearer, bindings, newKey, newUser, post, send, signIn } from "./testing.ts";

function path(name = ""): string {
	return `/api/v1/agents/sessions/${name}${crypto.randomUUID()}/stream`;
}

/** How many sockets the domain has open there. */
async function openAt(url: string, token: string): Promise<number> {
	return await (await send(url, { headers: bearer(token) })).json();
}

/** Where the account believes that sockets are open. */
async function kept(userId: string): Promise<{ path: string; attempts: number }[]> {
	return await runInDurableObject(accountOf(bindings, userId), (_, { storage }) =>
		storage.sql.exec<{ path: string; attempts: number }>("SELECT path, attempts FROM sockets").toArray(),
	);
}

async function fill(userId: string, count: number, openedAt: number): Promise<void> {
	await runInDurableObject(accountOf(bindings, userId), (_, { storage }) => {
		storage.sql.exec(
			`INSERT INTO sockets (credentialId, service, path, openedAt)
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
			SELECT 'key_other', 'agents', '/api/v1/agents/sessions/' || i || '/stream', ? FROM n`,
			...[count, openedAt],
		);
	});
}

async function open(url: string, headers: Record<string, string>, vars = {}): Promise<Response> {
	return await send(url, { headers: { upgrade: "websocket", ...headers } }, vars);
}

function listen(response: Response): { socket: WebSocket; closed: Promise<CloseEvent>; next(): Promise<string> } {
	const socket = response.webSocket;
	if (!socket) throw new Error(`no socket: ${response.status}`);
	const waiting: string[] = [];
	const wanted: ((text: string) => void)[] = [];
	socket.addEventListener("message", ({ data }) => {
		const take = wanted.shift();
		if (take) take(String(data));
		else waiting.push(String(data));
	});
	const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener("close", resolve));
	socket.accept();
	return {
		socket,
		closed,
		next: async () => waiting.shift() ?? (await new Promise((resolve) => wanted.push(resolve))),
	};
}

async function within(ms: number, event: Promise<unknown>): Promise<unknown> {
	return await Promise.race([event, scheduler.wait(ms).then(() => "too late")]);
}

describe("WebSockets", () => {
	test("pass through with the identity, and back", async () => {
		const user = await newUser();
		const { socket, next } = listen(await open(path(), bearer(await signIn(user))));
		expect(JSON.parse(await next())).toMatchObject({ "x-user-id": user.id });
		socket.send("ping");
		expect(await next()).toBe("ping");
		socket.close();
	});

	test("browsers: the token comes as a subprotocol, and goes no further", async () => {
		const token = await signIn(await newUser());
		const protocols = { "sec-websocket-protocol": `agentic-edge, bearer.${token}` };
		const response = await open(path(), { ...protocols, origin: "http://gateway.test" });
		expect(response.headers.get("sec-websocket-protocol")).toBe("agentic-edge");
		const { socket, next } = listen(response);
		const seen = await next();
		expect(JSON.parse(seen)).toMatchObject({ "sec-websocket-protocol": "agentic-edge" });
		expect(seen).not.toContain(token);
		socket.close();
	});

	test.each([
		["no token", {}],
		["a bad one", { "sec-websocket-protocol": "agentic-edge, bearer.a.b.c" }],
		["a token in the query", {}, "?access_token=x"],
	])("%s: 401", async (_, headers, query = "") => {
		expect((await open(path() + query, headers as Record<string, string>)).status).toBe(401);
	});

	test("two tokens: 401", async () => {
		const token = await signIn(await newUser());
		const twice = { "sec-websocket-protocol": `bearer.${token}, bearer.${token}` };
		expect((await open(path(), twice)).status).toBe(401);
		expect((await open(path(), { ...bearer(token), "sec-websocket-protocol": `bearer.${token}` })).status).toBe(401);
	});

	test("a foreign origin: 403; the own host and the listed ones pass", async () => {
		const headers = bearer(await signIn(await newUser()));
		const vars = { ALLOWED_ORIGINS: "https://app.test" };
		for (const origin of ["https://evil.test", "null", "http://gateway.test.evil.test"]) {
			expect((await open(path(), { ...headers, origin }, vars)).status).toBe(403);
		}
		for (const origin of ["https://app.test", "http://gateway.test"]) {
			const response = await open(path(), { ...headers, origin }, vars);
			expect(response.status).toBe(101);
			listen(response).socket.close();
		}
	});
});

describe("safety: an open WebSocket closes within 1 s of its credential's end", () => {
	test("logout closes the session's sockets and no others", async () => {
		const user = await newUser();
		const [token, other] = [await signIn(user), await signIn(user)];
		const [one, two] = [path(), path()];
		const mine = [listen(await open(one, bearer(token))), listen(await open(two, bearer(token)))];
		const theirs = listen(await open(one, bearer(other)));
		await post("/api/auth/logout", {}, bearer(token));
		for (const { closed } of mine) expect(await within(1_000, closed)).toMatchObject({ code: 4401 });
		expect(await within(300, theirs.closed)).toBe("too late");
		theirs.socket.close();
	});

	test("so do a revoked key, a disabled user, a new role, a new password", async () => {
		const boss = bearer(await signIn(await newUser("admin")));
		const patch = (id: string, body: object) =>
			send(`/api/v1/users/${id}`, {
				method: "PATCH",
				body: JSON.stringify(body),
				headers: { ...boss, "content-type": "application/json" },
			});
		const ends: ((id: string, key: string) => Promise<Response>)[] = [
			(id) => patch(id, { disabled: true }),
			(id) => patch(id, { role: "viewer" }),
			async (_, key) =>
				await send(`/api/v1/api-keys/key_${key.split("_")[2]}`, { method: "DELETE", headers: bearer(key) }),
		];
		for (const end of ends) {
			const user = await newUser();
			const key = await newKey(user);
			const { closed } = listen(await open(path(), bearer(key)));
			expect((await end(user.id, key)).ok).toBe(true);
			expect(await within(1_000, closed)).toMatchObject({ code: 4401 });
		}

		const user = await newUser();
		const [mine, old] = [await signIn(user), await signIn(user)];
		const { closed } = listen(await open(path(), bearer(old)));
		const change = { currentPassword: "correct horse battery", newPassword: "a new password" };
		expect((await post("/api/auth/password", change, bearer(mine))).status).toBe(200);
		expect(await within(1_000, closed)).toMatchObject({ code: 4401 });
	});

	test("a domain that fails is asked again by the alarm", async () => {
		const said = vi.spyOn(console, "error").mockReturnValue();
		const user = await newUser();
		const token = await signIn(user);
		const { closed } = listen(await open(path("flaky/"), bearer(token)));
		await post("/api/auth/logout", {}, bearer(token));
		await scheduler.wait(1_100);
		await runDurableObjectAlarm(accountOf(bindings, user.id));
		expect(await within(1_000, closed)).toMatchObject({ code: 4401 });
		expect(await kept(user.id)).toEqual([]);
		said.mockRestore();
	});

	test("a socket that cannot be closed is never forgotten", async () => {
		const said = vi.spyOn(console, "error").mockReturnValue();
		const user = await newUser();
		const token = await signIn(user);
		const at = path("broken/");
		listen(await open(at, bearer(token)));
		await post("/api/auth/logout", {}, bearer(token));
		for (let attempt = 0; attempt < 30; attempt++) {
			await runInDurableObject(accountOf(bindings, user.id), async (account, { storage }) => {
				storage.sql.exec("UPDATE sockets SET closeAt = 1");
				await account.alarm();
			});
		}
		const [socket] = await kept(user.id);
		expect(socket?.path).toBe(at);
		expect(socket?.attempts).toBeGreaterThanOrEqual(30);
		said.mockRestore();
	});

	test("one that was on its way to the domain is not handed out, nor left open there", async () => {
		for (const end of ["logout", "role"]) {
			const user = await newUser();
			const [token, other] = [await signIn(user), await signIn(user)];
			const at = path("slow/");
			const opening = open(at, bearer(token));
			await scheduler.wait(200);
			if (end === "logout") await post("/api/auth/logout", {}, bearer(token));
			else await accountOf(bindings, user.id).setAccess({ userId: user.id, role: "viewer", disabled: false });
			expect((await opening).status).toBe(401);
			await vi.waitFor(async () => expect(await openAt(at, other)).toBe(0));
			expect(await kept(user.id)).toEqual([]);
		}
	});

	test("the id of a session closes nothing as the id of a key, nor the other way round", async () => {
		const user = await newUser();
		const [token, key] = [await signIn(user), await newKey(user)];
		const { sessions } = await (
			await send("/api/auth/sessions", { headers: bearer(token) })
		).json<{ sessions: { id: string }[] }>();
		const sockets = [listen(await open(path(), bearer(token))), listen(await open(path(), bearer(key)))];
		for (const wrong of [`/api/auth/sessions/key_${key.split("_")[2]}`, `/api/v1/api-keys/${sessions[0]?.id}`]) {
			expect((await send(wrong, { method: "DELETE", headers: bearer(token) })).status).toBe(404);
		}
		for (const { socket, closed } of sockets) {
			expect(await within(300, closed)).toBe("too late");
			socket.close();
		}
	});
});

describe("safety: what an upgrade may do", () => {
	test("one that is answered otherwise than by a socket leads to nothing when its credential dies", async () => {
		const user = await newUser();
		const key = await newKey(user, ["agents:write"]);
		const [agent, refusing] = [`/api/v1/agents/agt_${crypto.randomUUID()}`, path("refusing/")];
		expect((await open(agent, bearer(key))).status).toBe(200);
		expect((await open(refusing, bearer(key))).status).toBe(404);
		expect(await kept(user.id)).toEqual([]);
		const token = await signIn(user);
		await send(`/api/v1/api-keys/key_${key.split("_")[2]}`, { method: "DELETE", headers: bearer(token) });
		await scheduler.wait(300);
		const asked = await send(agent, { headers: { ...bearer(token), "x-was-deleted": "?" } });
		expect(await asked.json()).toBe(false);
	});

	test("the same place is kept once, however often it is opened", async () => {
		const user = await newUser();
		const token = await signIn(user);
		const at = path();
		for (let i = 0; i < 3; i++) listen(await open(at, bearer(token))).socket.close();
		expect(await kept(user.id)).toEqual([{ path: at, attempts: 0 }]);
	});

	test("at the cap an upgrade is refused, and no live socket is forgotten for it", async () => {
		const user = await newUser();
		const token = await signIn(user);
		const live = path();
		const { closed } = listen(await open(live, bearer(token)));
		await fill(user.id, 4_999, Date.now());
		const refused = path();
		const response = await open(refused, bearer(token));
		expect([response.status, (await response.json<{ code: string }>()).code]).toEqual([429, "rate_limited"]);
		expect(response.headers.get("retry-after")).toBe("60");
		await vi.waitFor(async () => expect(await openAt(refused, token)).toBe(0));
		expect((await open(live, bearer(token))).status).toBe(101);
		await post("/api/auth/logout", {}, bearer(token));
		expect(await within(1_000, closed)).toMatchObject({ code: 4401 });
	});

	test("at the cap sockets that are older than an hour make room", async () => {
		const user = await newUser();
		const token = await signIn(user);
		await fill(user.id, 5_000, Date.now() - 3_600_001);
		expect((await open(path(), bearer(token))).status).toBe(429);
		await vi.waitFor(async () => expect((await kept(user.id)).length).toBeLessThan(5_000));
		const response = await open(path(), bearer(token));
		expect(response.status).toBe(101);
		listen(response).socket.close();
	});

	test.each([
		["agents:read", "/api/v1/agents/sessions/ses_1/stream", 403],
		["agents:read", "/api/agents/v1/agents/sessions/ses_1/stream", 403],
		["agents:read", "/api/v1/agents/sessions/executions%2frun_1/stream", 404],
		["agents:read", "/api/v1/agents/sessions/executions/run_1/stream", 403],
		["agents:read", "/api/v1/agents/executions/run_1/stream", 101],
		["agents:read", "/api/agents/v1/agents/executions/run_1/stream", 101],
		["agents:write", "/api/v1/agents/sessions/ses_1/stream", 101],
		["*", "/api/v1/agents/sessions/ses_1/stream", 101],
	] as const)("a key with %s at %s: %i", async (scope, url, status) => {
		const response = await open(url, bearer(await newKey(await newUser(), [scope])));
		expect(response.status).toBe(status);
		if (response.webSocket) listen(response).socket.close();
	});
});
