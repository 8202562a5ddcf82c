/** Where a run was made and when, and the place in docs/benchmarks.md that shows it. */
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { root } from "../scripts/root.ts";

const path = join(root, "docs", "benchmarks.md");
const [begin, end] = ["<!-- table -->", "<!-- /table -->"];

export function machine(): string {
	const memory = Math.round(totalmem() / 2 ** 30);
	const date = new Date().toISOString().slice(0, 10);
	return `${availableParallelism()} cores, ${memory} GiB of memory, Node ${process.versions.node}, ${date}`;
}

export function writeReport(table: string): void {
	const text = readFileSync(path, "utf8");
	const [before, after] = [text.indexOf(begin), text.indexOf(end)];
	if (before === -1 || after === -1) throw new Error(`${path} has no place for the table`);
	writeFileSync(path, `${text.slice(0, before)}${begin}\n${machine()}\n\n${table}\n${text.slice(after)}`);
}
