import { expect, test } from "vitest";
import { StepStop } from "./step-stop.ts";

const never = new Promise<never>(() => {});
const reason = new Error("Nobody waits.");

test("work that is not stopped comes to what it comes to", async () => {
	const stop = new StepStop();
	await expect(stop.unlessStopped(Promise.resolve(1))).resolves.toBe(1);
	await expect(new StepStop().unlessStopped(Promise.reject(new Error("broken")))).rejects.toThrow("broken");
	stop.throwIfStopped();
	expect(stop.signal.aborted).toBe(false);
});

test("whoever stops is told apart by the first reason, before the work or during it", async () => {
	const [before, during] = [new StepStop(), new StepStop()];
	before.stop(reason);
	const stopped = during.unlessStopped(never);
	during.stop(reason);
	during.stop(new Error("another"));
	await expect(before.unlessStopped(never)).rejects.toBe(reason);
	await expect(stopped).rejects.toBe(reason);
	for (const stop of [before, during]) expect(() => stop.throwIfStopped()).toThrow(reason);
});

test("a signal is aborted with the reason, whether it was asked for before or after", () => {
	const stop = new StepStop();
	const { signal } = stop;
	stop.stop(reason);
	expect(signal.reason).toBe(reason);
	const late = new StepStop();
	late.stop(reason);
	expect(late.signal.reason).toBe(reason);
});
