import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Asked, askInLine } from "./account-line.ts";
import type { Decision } from "./account-object.ts";
import { Patience } from "./patience.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const request = (id: string): Asked => ({ kind: "session", id, hash: `hash of ${id}` });
const admitted = (remaining: number): Decision => ({ outcome: "admitted", role: "user", remaining, resetMs: 0 });

/** An account that answers when it is told to, with each request's place in the call. */
function account() {
	const calls: { asked: string[]; answer: () => void; fail: () => void }[] = [];
	const ask = async (requests: Asked[]): Promise<Decision[]> => {
		const { promise, resolve, reject } = Promise.withResolvers<Decision[]>();
		calls.push({
			asked: requests.map(({ id }) => id),
			answer: () => resolve(requests.map((_, place) => admitted(place))),
			fail: () => reject(new Error("the account is away")),
		});
		return await promise;
	};
	const send = (userId: string, id: string) => askInLine(userId, request(id), new Patience(), ask);
	return { calls, send };
}

const turn = () => vi.advanceTimersByTimeAsync(0);

test("a request alone is asked about at once", async () => {
	const { calls, send } = account();
	const one = send("usr_1", "a");
	calls[0]?.answer();
	expect(await one).toEqual(admitted(0));
});

test("those that come meanwhile are asked about together, each with its own answer", async () => {
	const { calls, send } = account();
	const all = ["a", "b", "c", "d"].map((id) => send("usr_2", id));
	expect(calls.map(({ asked }) => asked)).toEqual([["a"]]);
	calls[0]?.answer();
	await turn();
	expect(calls.map(({ asked }) => asked)).toEqual([["a"], ["b", "c", "d"]]);
	calls[1]?.answer();
	expect(await Promise.all(all)).toEqual([0, 0, 1, 2].map(admitted));
});

test("users do not wait for each other", async () => {
	const { calls, send } = account();
	void send("usr_3", "a");
	void send("usr_4", "b");
	expect(calls.map(({ asked }) => asked)).toEqual([["a"], ["b"]]);
});

test("where the account fails, each asks by itself, and the first is told", async () => {
	const { calls, send } = account();
	const [first, second, third] = ["a", "b", "c"].map((id) => send("usr_5", id));
	calls[0]?.answer();
	await first;
	await turn();
	calls[1]?.fail();
	await expect(second).rejects.toThrow("the account is away");
	await turn();
	expect(calls.slice(2).map(({ asked }) => asked)).toEqual([["c"]]);
	calls[2]?.answer();
	expect(await third).toEqual(admitted(0));
});

test("where the first is given up on its way, the others ask by themselves after a while", async () => {
	const { calls, send } = account();
	void send("usr_6", "gone");
	const waiting = send("usr_6", "b");
	await vi.advanceTimersByTimeAsync(1_999);
	expect(calls).toHaveLength(1);
	await vi.advanceTimersByTimeAsync(1);
	expect(calls[1]?.asked).toEqual(["b"]);
	calls[1]?.answer();
	expect(await waiting).toEqual(admitted(0));
	const later = send("usr_6", "c");
	calls[2]?.answer();
	expect(await later).toEqual(admitted(0));
});

test("64 are asked about at once, and the rest after them", async () => {
	const { calls, send } = account();
	const all = Array.from({ length: 100 }, (_, i) => send("usr_7", `${i}`));
	for (let call = 0; call < 3; call++) {
		calls[call]?.answer();
		await turn();
	}
	await Promise.all(all);
	expect(calls.map(({ asked }) => asked.length)).toEqual([1, 64, 35]);
});
