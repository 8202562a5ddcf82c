/** The telling words of some passages by their stems, and what each is worth among these passages. */
import { porterStem } from "#rag/retrieval/porter-stem";
import { stopWords } from "#rag/retrieval/stop-words";
import { tellingWords, wordsOf } from "#rag/retrieval/words";
import { passageOf } from "#rag/passage";

interface Passage {
	title: string;
	text: string;
}

/** Of a passage are read; hardly one has more, and somebody waits. */
const mostCharacters = 8_000;

export class PassageWords {
	readonly #passages: ReadonlyMap<string, number>[];
	readonly #titles: ReadonlySet<string>[];
	readonly #foundIn = new Map<string, number>();
	readonly #stems = new Map<string, string>();

	constructor(passages: readonly Passage[]) {
		this.#passages = passages.map((passage) => this.#counts(passageOf(passage).slice(0, mostCharacters)));
		this.#titles = passages.map(({ title }) => new Set(this.#counts(title).keys()));
		for (const word of this.#passages.flatMap((counts) => [...counts.keys()])) {
			this.#foundIn.set(word, (this.#foundIn.get(word) ?? 0) + 1);
		}
	}

	/** For each passage the share that it has of the question's words, 0 to 1, the rare ones counting more. */
	coverage(question: string): { text: number[]; title: number[] } {
		const wanted = [...new Set(tellingWords(question).map((word) => this.#stem(word)))];
		const all = wanted.reduce((sum, word) => sum + this.#weight(word), 0);
		const share = (words: { has(word: string): boolean }): number =>
			wanted.reduce((sum, word) => sum + (words.has(word) ? this.#weight(word) : 0), 0) / (all || 1);
		return { text: this.#passages.map(share), title: this.#titles.map(share) };
	}

	/** How alike any two passages are, 0 to 1: the cosine of their words' weights. A passage is not compared with itself. */
	likeness(): Float64Array[] {
		const count = this.#passages.length;
		const alike = Array.from({ length: count }, () => new Float64Array(count));
		for (const entries of this.#postings().values()) {
			for (const [a, ofA] of entries) {
				for (const [b, ofB] of entries) if (a !== b) alike[a]![b]! += ofA * ofB;
			}
		}
		return alike;
	}

	/** By word the passages that have it, and its part of each one's direction. */
	#postings(): Map<string, [passage: number, part: number][]> {
		const postings = new Map<string, [number, number][]>();
		this.#passages.forEach((counts, passage) => {
			const weights = [...counts].map(([word, count]) => [word, (1 + Math.log(count)) * this.#weight(word)] as const);
			const length = Math.hypot(...weights.map(([, weight]) => weight));
			for (const [word, weight] of weights) {
				const entries = postings.get(word);
				if (entries) entries.push([passage, weight / length]);
				else postings.set(word, [[passage, weight / length]]);
			}
		});
		return postings;
	}

	/** As BM25 weighs it, with the passages for the collection. */
	#weight(word: string): number {
		const found = this.#foundIn.get(word) ?? 0;
		return Math.log(1 + (this.#passages.length - found + 0.5) / (found + 0.5));
	}

	#counts(text: string): Map<string, number> {
		const counts = new Map<string, number>();
		for (const word of wordsOf(text)) {
			if (stopWords.has(word)) continue;
			const stem = this.#stem(word);
			counts.set(stem, (counts.get(stem) ?? 0) + 1);
		}
		return counts;
	}

	#stem(word: string): string {
		let stem = this.#stems.get(word);
		if (stem === undefined) this.#stems.set(word, (stem = porterStem(word)));
		return stem;
	}
}
