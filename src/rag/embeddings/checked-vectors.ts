/** The vectors of an answer, once it is sure that they can be used. */
import { AppError } from "#core/errors";

export interface ExpectedVectors {
	/** How messages call who gave them. */
	provider: string;
	count: number;
	/** Any number, the same for all, where undefined. */
	dimensions: number | undefined;
}

/**
 * As 32-bit floats. The schemas of the SDKs check some of this for some providers; what a binding returns nobody does.
 *
 * @throws {AppError} `provider_error`, naming what is wrong.
 */
export function checkedVectors(embeddings: unknown, expected: ExpectedVectors): Float32Array[] {
	const { provider, count } = expected;
	if (!Array.isArray(embeddings)) throw unusable(provider, "an answer that is not understood");
	if (embeddings.length !== count) throw unusable(provider, `${embeddings.length} vectors for ${count} texts`);
	let { dimensions } = expected;
	return embeddings.map((embedding: unknown) => {
		if (!Array.isArray(embedding)) throw unusable(provider, "an answer that is not understood");
		dimensions ??= embedding.length;
		if (embedding.length !== dimensions) {
			throw unusable(provider, `a vector of ${embedding.length} dimensions instead of ${dimensions}`);
		}
		return checkedVector(embedding, provider);
	});
}

function checkedVector(embedding: readonly unknown[], provider: string): Float32Array {
	const vector = new Float32Array(embedding.length);
	let isZero = true;
	for (let i = 0; i < embedding.length; i++) {
		const value = embedding[i];
		// What is finite may still be too large for 32 bits.
		if (typeof value !== "number" || !Number.isFinite(Math.fround(value))) {
			throw unusable(provider, "a vector that does not consist of finite numbers");
		}
		vector[i] = value;
		isZero &&= value === 0;
	}
	if (isZero) throw unusable(provider, "a vector that is zero and has no direction");
	return vector;
}

function unusable(provider: string, what: string): AppError {
	return new AppError("provider_error", `${provider} gave ${what}.`);
}
