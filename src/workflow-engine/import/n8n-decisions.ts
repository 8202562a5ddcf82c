/** The nodes of n8n that decide, and what the outputs of each stand for. */
import { caseName, celOfCases, otherwise } from "./comparison.ts";
import { at, fieldsAt, isFields, listAt, numberAt, textAt } from "./loose-json.ts";
import { n8nCondition, n8nRule } from "./n8n-conditions.ts";
import { shortType } from "./n8n-kinds.ts";
import type { NodeWriter } from "./node-writer.ts";
import { celText } from "./reference.ts";
import type { SourceNode } from "./source-graph.ts";
import type { Outcome } from "./translation.ts";

export function n8nDecision(node: SourceNode, writer: NodeWriter): Outcome {
	const parameters = fieldsAt(node.data, "parameters");
	if (shortType(node) !== "base.switch") {
		const found = n8nCondition(parameters, writer.parts);
		if (found !== undefined) return { draft: { type: "condition", config: { condition: found } } };
		return {
			draft: { type: "condition", config: { condition: "true" } },
			note: "Its condition is not translated; `true` stands there.",
		};
	}
	const rules = switchRules(node);
	const cases = rules.map((rule) => {
		return isFields(at(rule, "conditions"))
			? n8nCondition(fieldsAt([rule], 0), writer.parts)
			: n8nRule(parameters, rule, writer.parts);
	});
	const found = textAt(parameters, "mode") === "expression" ? undefined : celOfCases(cases);
	if (at(parameters, "options", "allMatchingOutputs") === true)
		writer.note("Only the first rule that holds is followed, not all of them.");
	if (found !== undefined) return { draft: { type: "condition", config: { condition: found } } };
	const note = `Its rules are not translated; \`${caseName(0)}\` is always taken.`;
	return { draft: { type: "condition", config: { condition: celText(caseName(0)) } }, note };
}

function switchRules(node: SourceNode): unknown[] {
	const rules = fieldsAt(node.data, "parameters", "rules");
	return Array.isArray(at(rules, "values")) ? listAt(rules, "values") : listAt(rules, "rules");
}

/** What the condition is for an output of the node. */
export function n8nBranch(node: SourceNode, output: string): string {
	if (shortType(node) !== "base.switch") return output === "0" ? "true" : "false";
	const rules = switchRules(node);
	// Old rules say which output they lead to.
	const leadsTo = (rule: unknown, place: number) => (isOld(node) ? (numberAt(rule, "output") ?? 0) : place);
	const names = rules.flatMap((rule, place) => (String(leadsTo(rule, place)) === output ? [caseName(place)] : []));
	const fallback =
		numberAt(node.data, "parameters", "fallbackOutput") ??
		numberAt(node.data, "parameters", "options", "fallbackOutput");
	if (names.length === 0 || String(fallback) === output) names.push(otherwise);
	return names.length === 1 ? names[0]! : `output in [${names.map(celText).join(", ")}]`;
}

function isOld({ data }: SourceNode): boolean {
	return !Array.isArray(at(data, "parameters", "rules", "values"));
}
