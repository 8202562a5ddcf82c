import { setTimeout as delay } from "node:timers/promises";
import { decodeJwt, SignJWT } from "jose";
import { expect, inject, onTestFinished, test, vi } from "vitest";
import type { ApiClient, Json } from "../../scripts/api-client.ts";
import { newPerson, tokenSecret } from "../support/people.ts";
import { openSocket, type TestSocket, upgradeStatus } from "../support/sockets.ts";

const instance = inject("platform");
const talker = {
	name: "Talker",
	framework: "langchain",
	config: { model: "local/script", script: [{ say: "You said {{message}}.", chunks: 5, delayMs: 60 }] },
};

test("a plain WebSocket talks to a session and resumes after a cursor", async () => {
	const ada = await newPerson(instance);
	const path = await newSession(ada);
	const first = await open(ada, path);
	expect(first.protocol).toBe("agentic-edge");
	await first.next(isEvent("run.completed"));
	first.send({ type: "message", message: "hi" });
	const { cursor, event: seen } = await first.next(
		({ type, event }) => type === "event" && event.data.message === "hi",
	);
	first.close();
	const second = await open(ada, path, `?after=${cursor}`);
	const { event } = await second.next(isEvent("run.completed"));
	expect(event).toMatchObject({ runId: seen.runId, data: { response: "You said hi." } });
	const seqs = second.frames.filter(({ type }) => type === "event").map(({ event: { seq } }) => seq);
	expect(seqs).toEqual(seqs.map((_, index) => seen.seq + 1 + index));
	second.send({ type: "nonsense" });
	expect(await second.next(({ type }) => type === "error")).toMatchObject({ error: { code: "invalid_input" } });
});

test("an execution's own stream is a WebSocket too, from any place in its log", async () => {
	const ada = await newPerson(instance);
	const { id } = await ada.call("POST", "/api/v1/agents", talker);
	const run = await ada.call("POST", `/api/v1/agents/${id}/execute`, { message: "hi" }, { prefer: "respond-async" });
	const path = `/api/v1/agents/executions/${run.executionId}/stream`;
	const live = await open(ada, path);
	await live.next(({ type }) => type === "run.completed");
	expect(live.frames.map(({ seq }) => seq)).toEqual(live.frames.map((_, index) => index + 1));
	expect(live.frames.at(-1)).toMatchObject({ type: "run.completed", data: { response: "You said hi." } });
	const rest = await open(ada, path, "?after=3");
	await rest.next(({ type }) => type === "run.completed");
	// Deltas that the finished text has folded are dated like it.
	const content = ({ runId, seq, type, data }: Json) => ({ runId, seq, type, data });
	expect(rest.frames.map(content)).toEqual(live.frames.slice(3).map(content));
	expect(await upgradeStatus(`${instance.url}${path}?after=-1`, { authorization: `Bearer ${ada.token}` })).toBe(422);
});

test("the token may come in a header, and by either form of the path", async () => {
	const ada = await newPerson(instance);
	const path = await newSession(ada);
	for (const form of [path, path.replace("/api/v1/agents", "/api/agents/v1/agents")]) {
		const socket = await openSocket(`${instance.url}${form}`, { headers: { authorization: `Bearer ${ada.token}` } });
		onTestFinished(() => socket.close());
		await socket.next(isEvent("run.completed"));
	}
});

test("no token, a forged, an expired, a foreign and a revoked one are refused before there is a socket", async () => {
	const [ada, bob] = [await newPerson(instance), await newPerson(instance)];
	const url = `${instance.url}${await newSession(ada)}`;
	const claims = decodeJwt(ada.token ?? "");
	const forged = await sign({ ...claims }, "another secret, which is 32 bytes too");
	const expired = await sign({ ...claims, exp: Math.floor(Date.now() / 1000) - 60 }, tokenSecret);
	const statuses = await Promise.all(
		[undefined, forged, expired, `${ada.token} `.trim().slice(0, -2), bob.token].map((token) =>
			upgradeStatus(url, token === undefined ? {} : { "sec-websocket-protocol": `agentic-edge, bearer.${token}` }),
		),
	);
	expect(statuses).toEqual([401, 401, 401, 401, 404]);
	const both = { authorization: `Bearer ${ada.token}`, "sec-websocket-protocol": `agentic-edge, bearer.${ada.token}` };
	expect(await upgradeStatus(url, both)).toBe(401);
	expect(await upgradeStatus(`${url}?access_token=${ada.token}`, {})).toBe(401);
	await ada.call("POST", "/api/auth/logout", {});
	expect(await upgradeStatus(url, { authorization: `Bearer ${ada.token}` })).toBe(401);
});

test("a page of another origin opens nothing, one of the same host does", async () => {
	const ada = await newPerson(instance);
	const url = `${instance.url}${await newSession(ada)}`;
	const headers = { "sec-websocket-protocol": `agentic-edge, bearer.${ada.token}` };
	const origins = ["https://evil.example", "null", instance.url.replace("127.0.0.1", "localhost"), instance.url];
	const statuses = await Promise.all(origins.map((origin) => upgradeStatus(url, { ...headers, origin })));
	expect(statuses).toEqual([403, 403, 403, 101]);
});

test.each(["logout", "session", "disable", "key"])("sockets close within a second: %s", async (way) => {
	const [ada, root] = [await newPerson(instance), await newPerson(instance, "admin")];
	const path = await newSession(ada);
	const key = await ada.call("POST", "/api/v1/api-keys", { name: "socket" });
	const credential = way === "key" ? key.key : ada.token;
	const sockets = await Promise.all([open(ada, path, "", credential), open(ada, path, "", credential)]);
	const begun = performance.now();
	if (way === "logout") await ada.call("POST", "/api/auth/logout", {});
	if (way === "disable") await root.call("PATCH", `/api/v1/users/${ada.id}`, { disabled: true });
	if (way === "key") await ada.call("DELETE", `/api/v1/api-keys/${key.id}`);
	if (way === "session") {
		const { sessions } = await ada.call("GET", "/api/auth/sessions");
		await ada.call("DELETE", `/api/auth/sessions/${sessions[0].id}`);
	}
	for (const socket of sockets) expect((await socket.closed).code).toBe(4401);
	expect(performance.now() - begun).toBeLessThan(1_000);
});

test("a logout leaves the sockets of other logins alone", async () => {
	const ada = await newPerson(instance);
	const path = await newSession(ada);
	const { key } = await ada.call("POST", "/api/v1/api-keys", { name: "socket" });
	const [revoked, other] = [await open(ada, path), await open(ada, path, "", key)];
	await ada.call("POST", "/api/auth/logout", {});
	await delay(500);
	other.send({ type: "message", message: "still here" });
	await other.next(({ type, event }) => type === "event" && event.data.response === "You said still here.");
	expect(revoked.frames.some(({ event }) => event?.data.message === "still here")).toBe(false);
});

test("a frame of 40 MB ends its socket, and nothing else", async () => {
	const ada = await newPerson(instance);
	const path = await newSession(ada);
	const [bad, good] = await Promise.all([open(ada, path), open(ada, path)]);
	bad.send(new Uint8Array(40 * 1024 * 1024));
	good.send({ type: "message", message: "still here" });
	await good.next(({ type, event }) => type === "event" && event.data.response === "You said still here.");
	await vi.waitFor(() => expect(bad.isOpen).toBe(false), 2_000);
	expect(bad.frames.some(({ event }) => event?.data.response === "You said still here.")).toBe(false);
});

test("a stranger's socket opens nothing, and neither does an id that is none", async () => {
	const [ada, viewer] = [await newPerson(instance), await newPerson(instance, "viewer")];
	const path = await newSession(ada);
	expect(await upgradeStatus(`${instance.url}${path}`, { authorization: `Bearer ${viewer.token}` })).toBe(404);
	expect(
		await upgradeStatus(`${instance.url}${path.replace(/ses_.{22}/, "ses_")}`, {
			authorization: `Bearer ${ada.token}`,
		}),
	).toBe(404);
});

async function newSession(api: ApiClient): Promise<string> {
	const { id } = await api.call("POST", "/api/v1/agents", talker);
	const { sessionId } = await api.call("POST", `/api/v1/agents/${id}/execute`, { message: "hello" });
	return `/api/v1/agents/sessions/${sessionId}/stream`;
}

async function open(api: ApiClient, path: string, query = "", credential = api.token): Promise<TestSocket> {
	const socket = await openSocket(`${instance.url}${path}${query}`, {
		protocols: ["agentic-edge", `bearer.${credential}`],
	});
	onTestFinished(() => socket.close());
	return socket;
}

async function sign(claims: ReturnType<typeof decodeJwt>, secret: string): Promise<string> {
	return await new SignJWT(claims)
		.setProtectedHeader({ alg: "HS256", typ: "JWT" })
		.sign(new TextEncoder().encode(secret));
}

function isEvent(name: string): (frame: Json) => boolean {
	return ({ type, event }) => type === "event" && event.type === name;
}
