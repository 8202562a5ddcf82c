/**
 * Where a tool's source names a secret, `{{secrets.NAME}}`: the value takes the place on the way out, and the place the
 * value's on the way in. In each run the slots of the source carry a word that nobody can know, and no others are
 * filled: whoever may call the tool, or answers it, writes the same letters in vain.
 */
import { AppError } from "#core/errors";
import { randomBytes } from "#core/random-bytes";
import { jsonText, SecretMask, spellingsOf } from "./secret-mask.ts";

/** By name. */
export type Secrets = ReadonlyMap<string, string>;

type Write = (value: string) => string;

/** Also as `encodeURIComponent` writes it. */
const slots = /(\{\{|%7B%7B)secrets\.(\w+)(\}\}|%7D%7D)/gi;

/** Of one run. */
export class SecretSlots {
	readonly #secrets: Secrets;
	readonly #nonce = randomBytes(16).toHex();
	readonly #marked = new RegExp(`(?:\\{\\{|%7B%7B)secrets\\.(\\w+)(?::|%3A)${this.#nonce}(?:\\}\\}|%7D%7D)`, "gi");
	/** For all that leaves the run: shows a slot as the source has it, and no secret. */
	readonly mask: SecretMask;

	constructor(secrets: Secrets) {
		this.#secrets = secrets;
		this.mask = new SecretMask([
			...[":", "%3A", "%3a", ""].map((before) => ({ text: before + this.#nonce, shown: "" })),
			...[...secrets].flatMap(([name, value]) => spellingsOf(value, `{{secrets.${name}}}`)),
		]);
	}

	/** The source as it is to run: with slots that will be filled. */
	mark(source: string): string {
		return source.replace(slots, (_, open: string, name: string, close: string) => {
			return `${open}secrets.${name}:${this.#nonce}${close}`;
		});
	}

	isIn(text: string): boolean {
		return text.search(this.#marked) >= 0;
	}

	/** Throws `invalid_input` for a name that no secret has. */
	fill(text: string, write: Write = (value) => value): string {
		return text.replace(this.#marked, (_, name: string) => {
			const value = this.#secrets.get(name);
			if (value === undefined) throw new AppError("invalid_input", `The tool has no secret named "${name}".`);
			return write(value);
		});
	}

	/** As the body's media type writes text. */
	fillBody(body: string, contentType: string | null): string {
		if (/[/+]json\b/i.test(contentType ?? "")) return this.fill(body, jsonText);
		if (/x-www-form-urlencoded/i.test(contentType ?? "")) return this.fill(body, encodeURIComponent);
		return this.fill(body);
	}
}
