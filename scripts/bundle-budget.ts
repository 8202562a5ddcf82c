/** How large a Worker's compressed bundle may be: `bundle-budget.json`, in KiB. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bundle } from "./build-worker.ts";
import { root } from "./root.ts";

export function readBudget(): Record<string, number> {
	return JSON.parse(readFileSync(join(root, "bundle-budget.json"), "utf8")) as Record<string, number>;
}

/** One line a Worker; `over` where it has no budget or exceeds it. */
export function compareWithBudget({ worker, gzipBytes }: Bundle, budget: Record<string, number>) {
	const limit = (budget[worker.name] ?? 0) * 1024;
	const over = gzipBytes > limit;
	const line = `${worker.name.padEnd(18)}${formatSize(gzipBytes)} of ${formatSize(limit)}${over ? "  over budget" : ""}`;
	return { line, over };
}

export function formatSize(bytes: number): string {
	return `${(bytes / 1024).toFixed(1).padStart(7)} KiB`;
}
