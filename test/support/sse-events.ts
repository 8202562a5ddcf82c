/** Reads server-sent events as a client does; only what our own streams send. */

export interface ReadEvent {
	id?: string;
	event?: string;
	// oxlint-disable-next-line typescript/no-explicit-any -- tests look into what they expect
	data: any;
}

export async function* sseEvents(response: Response): AsyncGenerator<ReadEvent> {
	let text = "";
	for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
		text += chunk;
		const blocks = text.split("\n\n");
		text = blocks.pop()!;
		for (const block of blocks) if (!block.startsWith(":")) yield parse(block);
	}
}

export async function allEvents(response: Response): Promise<ReadEvent[]> {
	return await Array.fromAsync(sseEvents(response));
}

function parse(block: string): ReadEvent {
	const fields = block.split("\n").map((line) => /^(\w+): ?(.*)$/.exec(line)!.slice(1) as [string, string]);
	const value = (name: string) => fields.find(([field]) => field === name)?.[1];
	return { id: value("id"), event: value("event"), data: JSON.parse(value("data") ?? "null") };
}
