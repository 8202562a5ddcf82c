/** What a document may be called: without the folders that a sender may name, and without what no name has. */
const maxLength = 255;

export function fileName(given: string): string {
	const last = given.split(/[/\\]/).at(-1) ?? "";
	// oxlint-disable-next-line no-control-regex -- those are what is taken out
	const name = last.replaceAll(/[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "").trim();
	return (name.replaceAll(/^\.+$/g, "") || "document").slice(0, maxLength);
}
