/** Texts in the portions that one request can hold. */

export interface BatchLimits {
	texts: number;
	/** Of UTF-8 in all texts; a single text that is longer goes alone. */
	bytes: number;
}

export interface Batch {
	/** The place of its first text among all. */
	start: number;
	texts: readonly string[];
}

const encoder = new TextEncoder();

/** Neighbours stay together, in their order. */
export function batchesOf(texts: readonly string[], limits: BatchLimits): Batch[] {
	const batches: Batch[] = [];
	let start = 0;
	let bytes = 0;
	const close = (end: number): void => {
		if (end > start) batches.push({ start, texts: texts.slice(start, end) });
		start = end;
		bytes = 0;
	};
	texts.forEach((text, index) => {
		const size = encoder.encode(text).length;
		if (index - start >= limits.texts || bytes + size > limits.bytes) close(index);
		bytes += size;
	});
	close(texts.length);
	return batches;
}

/** Of a batch of two texts or more. */
export function halvesOf({ start, texts }: Batch): [Batch, Batch] {
	const middle = Math.ceil(texts.length / 2);
	return [
		{ start, texts: texts.slice(0, middle) },
		{ start: start + middle, texts: texts.slice(middle) },
	];
}
