import { expect, it } from "vitest";
import { resultInOrder } from "./result-in-order.ts";

it.each([
	["is turned round", [1, 0], [[2], [1]]],
	["stays where indexes repeat", [0, 0], [[1], [2]]],
	["stays where an index is out of bounds", [1, 2], [[1], [2]]],
	["stays where an index is no place", [-1, 0.5], [[1], [2]]],
	["stays where there is none", [undefined, undefined], [[1], [2]]],
])("an answer %s", (_, indexes, embeddings) => {
	const body = { data: indexes.map((index) => ({ index })) };
	expect(resultInOrder({ embeddings: [[1], [2]], warnings: [], response: { body } }).embeddings).toEqual(embeddings);
});

it("in another format stays as it is", () => {
	const result = { embeddings: [[1], [2]], warnings: [] };
	expect(resultInOrder(result)).toBe(result);
});
