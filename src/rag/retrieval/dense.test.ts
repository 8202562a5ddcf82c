import { expect, it } from "vitest";
import { inverseFactor, productOfColumns, timesMatrix } from "./dense.ts";

it("makes columns orthonormal, and those zero that depend on others", () => {
	// Columns a, b, a + b, c of five rows.
	const [a, b, c] = [
		[1, 2, 0, 1, 3],
		[0, 1, 1, 4, 1],
		[2, 0, 1, 1, 1],
	] as const;
	const matrix = Float64Array.from([0, 1, 2, 3, 4].flatMap((i) => [a[i]!, b[i]!, a[i]! + b[i]!, c[i]!]));
	const basis = timesMatrix(matrix, inverseFactor(productOfColumns(matrix, matrix, 4), 4), 4);
	const products = productOfColumns(basis, basis, 4);
	const expected = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
	expected.forEach((value, i) => expect(products[i]).toBeCloseTo(value, 10));
});

it("multiplies", () => {
	const x = Float64Array.of(1, 2, 3, 4, 5, 6);
	expect([...timesMatrix(x, Float64Array.of(1, 0, 2, 1), 2)]).toEqual([5, 2, 11, 4, 17, 6]);
	expect([...productOfColumns(x, Float64Array.of(1, 1, 2), 2)]).toEqual([14, 18]);
	expect(productOfColumns(new Float64Array(), new Float64Array(), 0)).toHaveLength(0);
});
