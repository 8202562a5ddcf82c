/** `text_diff`: what is different between two texts, line by line. */
import { z } from "zod";
import { standardTool } from "#tools/standard/standard-tool";
import { lineDiff, type LineChange } from "./line-diff.ts";
import { Text } from "./text-value.ts";

const signs = { same: " ", removed: "-", added: "+" };

export const diffText = standardTool({
	id: "text_diff",
	name: "Compare texts",
	description:
		"Compares two texts line by line and tells what was removed and added, as a unified diff. Use it to see what changed " +
		"between two versions.",
	category: "utility",
	writes: false,
	input: z.strictObject({
		before: Text.meta({ description: "The earlier text.", examples: ["a\nb"] }),
		after: Text.meta({ description: "The later text.", examples: ["a\nc"] }),
		context: z.int().min(0).max(100).default(3).meta({ description: "Unchanged lines to show around a change." }),
	}),
	output: z.object({
		equal: z.boolean(),
		...{ added: z.int(), removed: z.int() },
		diff: z.string().meta({ description: "Unified diff without file names; empty where nothing changed." }),
	}),
	examples: [
		{
			title: "One line changed",
			input: { before: "one\ntwo\nthree", after: "one\n2\nthree" },
			output: { equal: false, added: 1, removed: 1, diff: "@@ -1,3 +1,3 @@\n one\n-two\n+2\n three" },
		},
		{
			title: "The same text",
			input: { before: "one", after: "one" },
			output: { equal: true, added: 0, removed: 0, diff: "" },
		},
	],
	run({ before, after, context }) {
		const changes = lineDiff(before.split("\n"), after.split("\n"));
		const count = (kind: LineChange["kind"]) => changes.filter((change) => change.kind === kind).length;
		return {
			equal: before === after,
			...{ added: count("added"), removed: count("removed") },
			diff: hunks(changes, context).join("\n"),
		};
	},
});

function hunks(changes: LineChange[], context: number): string[] {
	const shown = nearChanges(changes, context);
	const written: string[] = [];
	let [oldLine, newLine] = [1, 1];
	for (let at = 0; at < changes.length;) {
		let until = at;
		while (until < changes.length && shown[until] === shown[at]) until += 1;
		const part = changes.slice(at, until);
		const oldCount = part.filter(({ kind }) => kind !== "added").length;
		const newCount = part.filter(({ kind }) => kind !== "removed").length;
		if (shown[at]) {
			// By convention a side without lines names the line before.
			const place = (line: number, count: number) => `${count === 0 ? line - 1 : line},${count}`;
			written.push(`@@ -${place(oldLine, oldCount)} +${place(newLine, newCount)} @@`);
			written.push(...part.map(({ kind, line }) => `${signs[kind]}${line}`));
		}
		oldLine += oldCount;
		newLine += newCount;
		at = until;
	}
	return written;
}

/** For each line whether a change is at most `context` lines away. */
function nearChanges(changes: LineChange[], context: number): boolean[] {
	const shown = changes.map(() => false);
	for (const [index, { kind }] of changes.entries()) {
		if (kind !== "same") shown.fill(true, Math.max(index - context, 0), index + context + 1);
	}
	return shown;
}
