/** Passages about ten subjects, each subject with words of its own, drawn with a fixed seed. */
import { hashOf, randomBits } from "./hash.ts";

export const subjects: readonly (readonly string[])[] = [
	"boat sail harbour anchor mast tide rudder deck captain crew",
	"oven dough flour yeast crust loaf baker knead butter sugar",
	"violin concert orchestra melody cello conductor rhythm chord symphony sonata",
	"tumour surgeon hospital nurse diagnosis patient therapy fever vaccine clinic",
	"lawyer court verdict judge jury witness trial appeal statute plaintiff",
	"galaxy telescope planet orbit comet asteroid nebula eclipse satellite moon",
	"engine piston gearbox clutch exhaust radiator axle brake ignition carburettor",
	"compiler function variable pointer recursion syntax debugger kernel thread stack",
	"wheat harvest tractor barn cattle orchard plough pasture irrigation fertiliser",
	"goalkeeper referee penalty striker stadium league midfield tackle tournament trophy",
].map((words) => words.split(" "));

const common = "report people year system result place group question".split(" ");

export interface Passage {
	subject: number;
	text: string;
}

/** Each has six of the ten words of its subject, and four that stand anywhere. */
export function makePassages(count: number): Passage[] {
	return Array.from({ length: count }, (_, i) => {
		const subject = i % subjects.length;
		const own = subjects[subject]!.toSorted((a, b) => order(a, i) - order(b, i)).slice(0, 6);
		const others = common.toSorted((a, b) => order(a, i) - order(b, i)).slice(0, 4);
		return { subject, text: [...own, ...others].join(" ") };
	});
}

function order(word: string, seed: number): number {
	return randomBits(hashOf(word), seed);
}
