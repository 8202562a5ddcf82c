/**
 * Ranges of numbers as sets of words, for stores that can only tell whether a list has one of some words. A number is
 * its 64 bits, in hexadecimal digits that sort as numbers do; it has each prefix of them for a word, and a range is the
 * fewest prefixes that together cover it: at most 30 for each of 16 digits.
 */

const digits = 16;
const signBit = 1n << 63n;
const allBits = (1n << 64n) - 1n;
const view = new DataView(new ArrayBuffer(8));

export interface Bounds {
	gt?: number;
	gte?: number;
	lt?: number;
	lte?: number;
}

/** From the empty one, which every number has, to all of its digits. */
export function prefixesOf(number: number): string[] {
	const all = hex(orderOf(number));
	return Array.from({ length: digits + 1 }, (_, length) => all.slice(0, length));
}

/** A number lies within the bounds where it has one of these for a prefix. None where no number does. */
export function prefixesWithin({ gt, gte, lt, lte }: Bounds): string[] {
	const froms = [orderOf(gte ?? -Infinity), gt === undefined ? 0n : orderOf(gt) + 1n];
	const tos = [orderOf(lte ?? Infinity), lt === undefined ? allBits : orderOf(lt) - 1n];
	const to = tos[0]! < tos[1]! ? tos[0]! : tos[1]!;
	const prefixes: string[] = [];
	for (let from = froms[0]! > froms[1]! ? froms[0]! : froms[1]!; from <= to;) {
		const cut = largestBlock(from, to);
		prefixes.push(hex(from).slice(0, digits - cut));
		from += 1n << BigInt(4 * cut);
	}
	return prefixes;
}

/** How many last digits are free in the largest block that starts at `from` and does not go beyond `to`. */
function largestBlock(from: bigint, to: bigint): number {
	let cut = 0;
	while (cut < digits) {
		const last = (1n << BigInt(4 * (cut + 1))) - 1n;
		if ((from & last) !== 0n || from + last > to) break;
		cut++;
	}
	return cut;
}

/** IEEE 754 sorts like integers once the sign is turned, and below zero every bit. −0 is 0. */
function orderOf(number: number): bigint {
	view.setFloat64(0, number === 0 ? 0 : number);
	const bits = view.getBigUint64(0);
	return bits >= signBit ? bits ^ allBits : bits | signBit;
}

function hex(order: bigint): string {
	return order.toString(16).padStart(digits, "0");
}
