/** Where a script names a secret, `{{secrets.NAME}}`: the value takes the place on the way out, and the place the value's on the way in. */
import { AppError } from "#core/errors";

/** By name. */
export type Secrets = ReadonlyMap<string, string>;

type Write = (value: string) => string;

/** Also as `encodeURIComponent` writes it. */
const slots = /(?:\{\{|%7B%7B)secrets\.(\w+)(?:\}\}|%7D%7D)/gi;

export function hasSlot(text: string): boolean {
	return text.search(slots) >= 0;
}

/** Throws `invalid_input` for a name that no secret has. */
export function fillSlots(text: string, secrets: Secrets, write: Write = (value) => value): string {
	return text.replace(slots, (_, name: string) => {
		const value = secrets.get(name);
		if (value === undefined) throw new AppError("invalid_input", `The tool has no secret named "${name}".`);
		return write(value);
	});
}

/** As the body's media type writes text. */
export function fillBody(body: string, contentType: string | null, secrets: Secrets): string {
	if (/[/+]json\b/i.test(contentType ?? "")) return fillSlots(body, secrets, jsonText);
	if (/x-www-form-urlencoded/i.test(contentType ?? "")) return fillSlots(body, secrets, encodeURIComponent);
	return fillSlots(body, secrets);
}

/** What a server says of the secrets it was sent: plain, or written as URLs, JSON and base64 have it. */
export function maskSecrets(text: string, secrets: Secrets): string {
	let masked = text;
	for (const [name, value] of secrets) {
		for (const form of formsOf(value)) masked = masked.replaceAll(form, `{{secrets.${name}}}`);
	}
	return masked;
}

function formsOf(value: string): Set<string> {
	const encoded = encodeURIComponent(value);
	const bytes = new TextEncoder().encode(value);
	const lowerCase = encoded.replaceAll(/%../g, (byte) => byte.toLowerCase());
	const base64 = [bytes.toBase64(), bytes.toBase64({ alphabet: "base64url" })];
	const unpadded = base64.map((text) => text.replace(/=+$/, ""));
	return new Set([value, encoded, lowerCase, encoded.replaceAll("%20", "+"), jsonText(value), ...base64, ...unpadded]);
}

function jsonText(value: string): string {
	return JSON.stringify(value).slice(1, -1);
}
