import { runDurableObjectAlarm } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import { accountOf } from "./context.ts";
import { bearer, bindings, newKey, newUser, post, send, signIn } from "./testing.ts";

function path(name = ""): string {
	return `/api/v1/agents/${name}${crypto.randomUUID()}/stream`;
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
		said.mockRestore();
	});
});
