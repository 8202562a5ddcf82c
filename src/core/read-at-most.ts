/** The body of an answer, up to a limit: whoever sends more is not read any further. */
export async function readAtMost(
	{ body }: Pick<Response, "body">,
	most: number,
	tooMuch: () => Error,
): Promise<Uint8Array<ArrayBuffer>> {
	const parts: Uint8Array[] = [];
	let length = 0;
	for await (const part of body ?? []) {
		length += part.byteLength;
		if (length > most) throw tooMuch();
		parts.push(part);
	}
	const whole = new Uint8Array(length);
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.byteLength;
	}
	return whole;
}
