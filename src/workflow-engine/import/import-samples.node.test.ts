/** Workflows that people share, of each format; they lie beside the checkout, and are no part of it. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { asAppError } from "#core/errors";
import { checkGraph } from "#workflow-engine/check-graph";
import { Definition } from "#workflow-engine/schema";
import { ImportedWorkflow } from "./import-report.ts";
import { importWorkflow } from "./import-workflow.ts";
import { edgesIn, lossesOf, nodesIn } from "./import-losses.fixture.ts";

interface Expected {
	file: string;
	nodes: number;
	sticky_notes?: number;
	connections?: Record<string, number>;
	edges?: number;
	triggers?: string[];
	cyclic: boolean;
	outcome?: string;
	tool?: boolean;
}

const folder = `${import.meta.dirname}/../../../../shared/data/workflows`;
const expected: Expected[] = existsSync(`${folder}/expected.json`)
	? JSON.parse(readFileSync(`${folder}/expected.json`, "utf8"))
	: [];
if (expected.length === 0) console.warn(`The sample workflows are not there (${folder}); their tests are skipped.`);

const whole = expected.filter(({ outcome, tool }) => !outcome && !tool);
const refused = expected.filter(({ outcome, tool }) => outcome ?? tool);

describe.skipIf(expected.length === 0)("the samples", () => {
	it.each(whole)("$file has its nodes, its connections and its cycles", ({ file, ...counts }) => {
		const { report, format } = importWorkflow(readFileSync(`${folder}/${file}`, "utf8"));
		expect(file.startsWith(format)).toBe(true);
		expect(report.nodes).toBe(counts.nodes);
		expect(report.connections).toEqual(counts.connections ?? { edge: counts.edges });
		expect(report.cyclic).toBe(counts.cyclic);
		if (counts.triggers) expect(report.triggers.toSorted()).toEqual(counts.triggers.toSorted());
	});

	it.each(whole)("$file becomes a definition that can run, without silent loss", ({ file }) => {
		const imported = importWorkflow(readFileSync(`${folder}/${file}`, "utf8"));
		expect(Definition.parse(imported.definition)).toEqual(imported.definition);
		expect(ImportedWorkflow.safeParse(imported).error).toBeUndefined();
		expect(lossesOf(imported)).toEqual([]);
		expect(checkGraph(imported.definition)).toEqual([]);
		expect(nodesIn(imported.definition).length).toBeGreaterThan(0);
		expect(edgesIn(imported.definition).length).toBe(imported.report.edges + imported.report.added.length);
	});

	it.each(refused)("$file is refused", ({ file }) => {
		expect.assertions(1);
		try {
			importWorkflow(readFileSync(`${folder}/${file}`, "utf8"));
		} catch (failure) {
			expect(asAppError(failure)?.code).toBe("invalid_input");
		}
	});
});
