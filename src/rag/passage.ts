/** What is embedded of a chunk: its text, and before it what its document is called. */
export function passageOf({ title, text }: { title: string; text: string }): string {
	return `${title} ${text}`;
}
