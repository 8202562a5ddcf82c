/** What `local/dev` remembers of a conversation: facts of the form "my … is …". */

const fact = /\bmy ([\p{L} ]{1,40}?) (?:is|are|was) (?!what\b)([^.!?\n;]{1,200})/giu;
const calledName = /\b(?:i am called|call me|i'm called) ([^.!?,\n;]{1,80})/giu;
const question =
	/\b(?:what(?: is|'s|s| are| was)|who is|remember|know|tell me|recall|repeat)\s+(?:again\s+)?my ([\p{L} ]{1,40})/iu;

/** What a message asks about the one who writes it: `name` in "what is my name?". */
export function askedFact(message: string): string | undefined {
	return question.exec(message)?.[1]?.trim().toLowerCase();
}

/** The facts in the messages; a later one replaces an earlier one. */
export function factsIn(messages: readonly string[]): Map<string, string> {
	const facts = new Map<string, string>();
	for (const message of messages) {
		for (const [, name, value] of message.matchAll(fact)) facts.set(name!.toLowerCase(), firstClause(value!));
		for (const [, name] of message.matchAll(calledName)) facts.set("name", firstClause(name!));
	}
	return facts;
}

/** "Ada and my city is Paris" is Ada. */
function firstClause(text: string): string {
	return text.split(/,| and my /i)[0]!.trim();
}
