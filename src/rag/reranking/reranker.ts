/** What orders the candidates of a search anew, whoever reads them. */
import type { Span } from "#core/telemetry";

export interface Candidate {
	title: string;
	text: string;
	/** By which it was found: higher is better. */
	score: number;
}

export interface Reranker {
	/** `local` for what is computed here. */
	readonly provider: string;
	readonly modelId: string;
	/**
	 * A score from 0 to 1 for each candidate, in the order of the candidates. `span` is told what the call took.
	 *
	 * @throws {AppError} `rate_limited` (with `retryAfter` where the provider says), `provider_timeout`, `provider_error`.
	 */
	scores(query: string, candidates: readonly Candidate[], span: Pick<Span, "attributes">): Promise<number[]>;
}
