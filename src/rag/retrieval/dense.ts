/** As much linear algebra as learning needs, on matrices that lie row after row in one array. */

/** Of a basis vector that the others already span this share of its square is left, or less: it is dropped. */
const negligible = 1e-9;

/**
 * Adds to the `width` numbers of `target` from `to` on the weighted sum of rows of `matrix`; `rowOf` and `weightOf` tell
 * of which rows, from `start` to `end`. Four at a time, since reading and writing the target is what costs.
 */
export function addRows(
	target: Float64Array,
	to: number,
	width: number,
	matrix: Float64Array,
	rows: ArrayLike<number>,
	weights: ArrayLike<number>,
	start: number,
	end: number,
): void {
	let at = start;
	for (; at + 3 < end; at += 4) {
		const [a, b, c, d] = [rows[at]! * width, rows[at + 1]! * width, rows[at + 2]! * width, rows[at + 3]! * width];
		const [p, q, r, s] = [weights[at]!, weights[at + 1]!, weights[at + 2]!, weights[at + 3]!];
		for (let i = 0; i < width; i++) {
			target[to + i] =
				target[to + i]! + p * matrix[a + i]! + q * matrix[b + i]! + r * matrix[c + i]! + s * matrix[d + i]!;
		}
	}
	for (; at < end; at++) {
		const from = rows[at]! * width;
		const weight = weights[at]!;
		for (let i = 0; i < width; i++) target[to + i] = target[to + i]! + weight * matrix[from + i]!;
	}
}

/** `XᵀY`, where X has `columns` columns, and Y as many rows as X. */
export function productOfColumns(x: Float64Array, y: Float64Array, columns: number): Float64Array {
	if (columns === 0) return new Float64Array();
	const rows = x.length / columns;
	const width = y.length / rows;
	const product = new Float64Array(columns * width);
	const all = Uint32Array.from({ length: rows }, (_, row) => row);
	const column = new Float64Array(rows);
	for (let i = 0; i < columns; i++) {
		for (let row = 0; row < rows; row++) column[row] = x[row * columns + i]!;
		addRows(product, i * width, width, y, all, column, 0, rows);
	}
	return product;
}

/** `XM`, where X has `columns` columns, and M as many rows. */
export function timesMatrix(x: Float64Array, matrix: Float64Array, columns: number): Float64Array {
	if (columns === 0) return new Float64Array();
	const rows = x.length / columns;
	const width = matrix.length / columns;
	const product = new Float64Array(rows * width);
	const all = Uint32Array.from({ length: columns }, (_, column) => column);
	for (let row = 0; row < rows; row++) {
		const from = row * columns;
		addRows(product, row * width, width, matrix, all, x.subarray(from, from + columns), 0, columns);
	}
	return product;
}

/**
 * R⁻¹ of the Cholesky factor `RᵀR = G` of a symmetric matrix, which makes columns orthonormal whose products are G.
 * A column that depends on those before it becomes zero.
 */
export function inverseFactor(gram: Float64Array, size: number): Float64Array {
	const factor = choleskyFactor(gram, size);
	const inverse = new Float64Array(size * size);
	for (let j = 0; j < size; j++) {
		const pivot = factor[j * size + j]!;
		if (pivot === 0) continue;
		inverse[j * size + j] = 1 / pivot;
		for (let i = j - 1; i >= 0; i--) {
			const diagonal = factor[i * size + i]!;
			if (diagonal === 0) continue;
			let sum = 0;
			for (let k = i + 1; k <= j; k++) sum += factor[i * size + k]! * inverse[k * size + j]!;
			inverse[i * size + j] = -sum / diagonal;
		}
	}
	return inverse;
}

/** Upper triangular. */
function choleskyFactor(gram: Float64Array, size: number): Float64Array {
	const factor = new Float64Array(size * size);
	const rest = gram.slice();
	for (let i = 0; i < size; i++) {
		const left = rest[i * size + i]!;
		if (!(left > negligible * gram[i * size + i]!)) continue;
		const pivot = Math.sqrt(left);
		for (let j = i; j < size; j++) factor[i * size + j] = rest[i * size + j]! / pivot;
		for (let k = i + 1; k < size; k++) {
			const share = factor[i * size + k]!;
			for (let j = k; j < size; j++) {
				rest[k * size + j] = rest[k * size + j]! - share * factor[i * size + j]!;
			}
		}
	}
	return factor;
}
