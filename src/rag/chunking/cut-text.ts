/** Cuts text that has to be cut: between lines or sentences, else between words, else between characters. */
import type { Span } from "#rag/documents/parsed-document";
import { weightOfCode } from "./token-weight.ts";

/** One locale for all, so that the same text is cut the same way everywhere. */
let segmenter: Intl.Segmenter | undefined;

/** One after the other and together the whole span; those that are too heavy are cut further. */
export function* sentencesIn(text: string, { start, end }: Span, maxWeight: number): Generator<Span> {
	segmenter ??= new Intl.Segmenter("en", { granularity: "sentence" });
	for (const { index, segment } of segmenter.segment(text.slice(start, end))) {
		yield* fitting(text, { start: start + index, end: start + index + segment.length }, maxWeight);
	}
}

export function* linesIn(text: string, { start, end }: Span, maxWeight: number): Generator<Span> {
	for (let line = start; line < end;) {
		const next = text.indexOf("\n", line) + 1 || end;
		yield* fitting(text, { start: line, end: Math.min(next, end) }, maxWeight);
		line = next;
	}
}

function* fitting(text: string, { start, end }: Span, maxWeight: number): Generator<Span> {
	for (let at = start; at < end;) {
		const next = cutAfter(text, at, end, maxWeight);
		yield { start: at, end: next };
		at = next;
	}
}

/**
 * Where a part from `start` on ends that is as heavy as it may be: behind a blank, if that leaves at least half of it,
 * else wherever it is full, but never within a character.
 */
export function cutAfter(text: string, start: number, end: number, maxWeight: number): number {
	let weight = 0;
	let afterBlank = start;
	for (let at = start; at < end; at++) {
		weight += weightOfCode(text.charCodeAt(at));
		if (weight > maxWeight) return afterBlank > start ? afterBlank : Math.max(at - splitAt(text, at), start + 1);
		if (weight > maxWeight / 2 && isBlank(text, at)) afterBlank = at + 1;
	}
	return end;
}

/** Where a part that ends at `end` begins that weighs no more than `maxWeight`: with a sentence, else with a word. */
export function cutBefore(text: string, start: number, end: number, maxWeight: number): number {
	let weight = 0;
	let at = end;
	let [word, sentence] = [end, end];
	while (at > start) {
		weight += weightOfCode(text.charCodeAt(at - 1));
		if (weight > maxWeight) break;
		at--;
		if (at === start || isBlank(text, at - 1)) word = at;
		if (word === at && isSentenceStart(text, at)) sentence = at;
	}
	return sentence < end ? sentence : word;
}

/** 1 where a cut would part the halves of a character, else 0. */
function splitAt(text: string, at: number): number {
	return (text.codePointAt(at - 1) ?? 0) > 0xffff ? 1 : 0;
}

function isSentenceStart(text: string, at: number): boolean {
	return /[.!?:。！？]["'”’)]?\s|\n/.test(text.slice(Math.max(0, at - 3), at));
}

function isBlank(text: string, at: number): boolean {
	const code = text.charCodeAt(at);
	return code <= 0x20 || (code >= 0xa0 && /\s/.test(text[at]!));
}
