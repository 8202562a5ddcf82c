import { expect, test } from "vitest";
import { compareWithBudget, readBudget } from "./bundle-budget.ts";
import { readWorkers, workerNames } from "./workers.ts";

test("every Worker has a budget", () => {
	expect(Object.keys(readBudget()).toSorted()).toEqual(workerNames().toSorted());
});

test.each([
	[1024 * 300, false],
	[1024 * 300 + 1, true],
])("%d bytes of 300 KiB: over is %s", (gzipBytes, over) => {
	const [worker] = readWorkers();
	if (!worker) throw new Error("no Workers");
	const bundle = { worker, directory: "", modules: [], gzipBytes, cached: false };
	expect(compareWithBudget(bundle, { [worker.name]: 300 }).over).toBe(over);
	expect(compareWithBudget(bundle, {}).over).toBe(true);
});
