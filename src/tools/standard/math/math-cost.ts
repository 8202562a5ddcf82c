/** How much work a call of a mathjs function is, roughly in elementary operations, told before it is called. */

/** A matrix of mathjs, as far as its size goes. */
interface Sized {
	size(): number[];
}

/** Matrix powers square up to a thousand times, norms search eigenvalues. */
const iterative = new Set(["pow", "dotPow", "norm"]);
const rounds = 1_100;

export function costOf(name: string, args: unknown[]): number {
	switch (name) {
		case "zeros":
		case "ones":
			return product(numbersIn(args));
		case "identity":
			return Math.max(...numbersIn(args), 0) ** 2;
		case "range":
			return rangeLength(args);
		case "combinations":
		case "permutations":
			return numbersIn(args).reduce((sum, value) => sum + Math.abs(value), 1);
		case "quantileSeq":
			// A whole number asks for that many quantiles.
			return numbersIn(args.slice(1)).reduce((sum, value) => sum + Math.abs(value), elementsIn(args[0]) ** 1.5);
		case "isPrime":
			return numbersIn(args).reduce((sum, value) => sum + Math.sqrt(Math.abs(value)), 1);
		default:
			return costOfElements(name, args.map(elementsIn));
	}
}

/** Two matrices cost at most one operation for each pair of their elements; one alone at most its cube of rows. */
function costOfElements(name: string, elements: number[]): number {
	const large = elements.filter((count) => count > 1);
	if (large.length === 0) return 1;
	const cost = large.length === 1 ? Math.max(...large) ** 1.5 : product(large);
	return iterative.has(name) ? cost * rounds : cost;
}

/** `range(start, end, step?)`; other forms (texts, units) are not offered and cost too much. */
function rangeLength(args: unknown[]): number {
	const [start, end, step = 1] = args.filter((arg) => typeof arg !== "boolean");
	if (typeof start !== "number" || typeof end !== "number" || typeof step !== "number") return Infinity;
	return Math.abs((end - start) / step) + 1;
}

function elementsIn(value: unknown): number {
	if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + elementsIn(item), 0);
	return isSized(value) ? product(value.size()) : 1;
}

function numbersIn(values: unknown[]): number[] {
	return values.flatMap((value) => {
		if (typeof value === "number") return [value];
		// mathjs takes a text like "1e9" for the number.
		if (typeof value === "string") return Number.isNaN(Number(value)) ? [] : [Number(value)];
		if (Array.isArray(value)) return numbersIn(value);
		return isSized(value) ? numbersIn([value.valueOf()].flat(2)) : [];
	});
}

function isSized(value: unknown): value is Sized {
	return typeof value === "object" && value !== null && typeof (value as Partial<Sized>).size === "function";
}

function product(values: number[]): number {
	return values.reduce((all, value) => all * Math.max(Math.abs(value), 1), 1);
}
