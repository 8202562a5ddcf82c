/**
 * Pseudo-relevance feedback (Rocchio): the question's vector is moved towards those of the passages that were found
 * best, so that a second look finds what resembles them in other words.
 */

/** Half the question, half the weighted mean direction of the passages. Vectors and the result have length 1. */
export function withFeedback(
	question: ArrayLike<number>,
	passages: readonly { vector: ArrayLike<number>; weight: number }[],
): Float32Array {
	const mean = new Float32Array(question.length);
	for (const { vector, weight } of passages) {
		const scale = weight / length(vector);
		if (!Number.isFinite(scale)) continue;
		for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! + scale * vector[i]!;
	}
	const [own, theirs] = [length(question) || 1, length(mean) || 1];
	const moved = mean.map((value, i) => question[i]! / own + value / theirs);
	const scale = 1 / (length(moved) || 1);
	return moved.map((value) => value * scale);
}

function length(vector: ArrayLike<number>): number {
	let squares = 0;
	for (let i = 0; i < vector.length; i++) squares += vector[i]! * vector[i]!;
	return Math.sqrt(squares);
}
