/** The iterations and the counted loops of Dify, without their bodies. */
import { maxIterations } from "#workflow-engine/node-schema";
import type { DifyReferences } from "./dify-references.ts";
import { at, type Json, listAt, numberAt, textAt } from "./loose-json.ts";
import type { NodeWriter } from "./node-writer.ts";
import { celOf, place } from "./reference.ts";
import type { SourceNode } from "./source-graph.ts";
import type { Outcome } from "./translation.ts";

export function difyIteration(node: SourceNode, writer: NodeWriter, references: DifyReferences): Outcome {
	const list = references.selected(at(node.data, "iterator_selector"));
	if (!list) return { placeholder: "The list that it goes through is not found." };
	const [after] = listAt(node.data, "output_selector").map(String);
	const concurrency = at(node.data, "is_parallel") === true ? (numberAt(node.data, "parallel_nums") ?? 10) : 1;
	const mode = textAt(node.data, "error_handle_mode");
	if (mode === "remove-abnormal-output") writer.note("Failed items become null in its output; they are not left out.");
	return {
		draft: {
			type: "loop",
			config: {
				items: `{{ ${celOf(list)} }}`,
				concurrency: Math.min(Math.max(Math.round(concurrency), 1), 100),
				maxIterations,
				continueOnError: mode === "continue-on-error" || mode === "remove-abnormal-output",
			},
		},
		...(after !== undefined && { ending: { after, output: endingOf(node, references, writer) } }),
	};
}

/** As seen from the inside, where the selected node is. */
function endingOf({ data }: SourceNode, references: DifyReferences, writer: NodeWriter): Json {
	const found = references.inside().selected(at(data, "output_selector"));
	if (!found) writer.note("What its rounds end with is not found.");
	return `{{ ${celOf(found ?? { places: [place("item")] })} }}`;
}

export function difyCountedLoop(node: SourceNode, writer: NodeWriter): Outcome {
	const rounds = Math.min(Math.max(Math.round(numberAt(node.data, "loop_count") ?? 1), 1), 1_000);
	if (listAt(node.data, "break_conditions").length > 0)
		writer.note(`The condition that ends it is not translated: it makes all ${rounds} rounds.`);
	if (listAt(node.data, "loop_variables").length > 0) writer.note("Its variables are not taken over.");
	const items = Array.from({ length: rounds }, (_, index) => index);
	return { draft: { type: "loop", config: { items, maxIterations } }, note: `It makes ${rounds} rounds.` };
}
