/** What a server answers that nobody vouches for: no more of it is held than may be. */

/** Throws what `tooLarge` makes where there are more bytes than `most`; the rest is not read. */
export async function readAtMost(
	{ body }: Pick<Response, "body">,
	most: number,
	tooLarge: () => Error,
): Promise<Uint8Array<ArrayBuffer>> {
	const parts: Uint8Array[] = [];
	let length = 0;
	for await (const part of body ?? []) {
		length += part.byteLength;
		if (length > most) throw tooLarge();
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
