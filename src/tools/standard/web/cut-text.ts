/** The beginning of a text, never ending within a character. */
export function cutText(text: string, length: number): { text: string; truncated: boolean } {
	if (text.length <= length) return { text, truncated: false };
	const isSplit = (text.codePointAt(length - 1) ?? 0) > 0xffff;
	return { text: text.slice(0, isSplit ? length - 1 : length), truncated: true };
}
