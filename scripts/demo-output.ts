/** What the parts of the demo share: how they tell what they have done and seen. */
import { setTimeout as delay } from "node:timers/promises";
import { SetupError } from "./setup-error.ts";

export function title(text: string): void {
	console.log(`\n${text}`);
}

export function tell(what: string, text: string): void {
	console.log(`  ${what.padEnd(16)}${text}`);
}

export function expect(condition: boolean, what: string): void {
	if (!condition) throw new SetupError(`Expected ${what}.`);
}

/** Asks until there is an answer, at most so many seconds: lists and traces may lag, and a runtime may be restarting. */
export async function eventually<T>(ask: () => Promise<T | undefined>, seconds = 10): Promise<T> {
	for (let attempt = 0; attempt < seconds * 5; attempt++) {
		const answer = await ask();
		if (answer) return answer;
		await delay(200);
	}
	throw new SetupError(`Waited ${seconds} seconds in vain.`);
}
