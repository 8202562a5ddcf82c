import { expect, test, vi } from "vitest";
import { SpareHomes } from "./spare-homes.ts";

function newSpares() {
	const opened: string[] = [];
	const background: Promise<unknown>[] = [];
	const spares = new SpareHomes();
	const take = (open = async (home: string) => void opened.push(home)) =>
		spares.take(open, { waitUntil: (work) => void background.push(work) });
	return { take, opened, settled: () => Promise.all(background) };
}

test("the second home was opened before it was asked for, and nobody gets one twice", async () => {
	const { take, opened, settled } = newSpares();
	const taken = [take()];
	await settled();
	taken.push(take());
	await settled();
	expect(opened[0]).toBe(taken[1]);
	for (let i = 0; i < 20; i++) taken.push(take());
	await settled();
	expect(new Set(taken).size).toBe(22);
});

test("a burst opens no more than a few", async () => {
	const { take, opened, settled } = newSpares();
	for (let i = 0; i < 50; i++) take();
	await settled();
	expect(opened).toHaveLength(8);
});

test("a home that cannot be opened is not handed out as one that was", async () => {
	const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
	const { take, opened, settled } = newSpares();
	let refused = "";
	take(async (home) => {
		refused = home;
		throw new Error("no disk");
	});
	await settled();
	expect(warn).toHaveBeenCalledOnce();
	expect(take()).not.toBe(refused);
	await settled();
	expect(opened).toHaveLength(8);
	warn.mockRestore();
});
