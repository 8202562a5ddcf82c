/**
 * What a domain knows of one request; its context is this, and what it takes from its bindings. A class, because V8
 * keeps the accessors of an object literal, and with them all that they close over, until its next full collection.
 */
import type { Caller } from "#core/caller";
import { AppError } from "#core/errors";
import type { Background } from "#core/span-queue";
import type { Span } from "#core/telemetry";

export class RequestScope {
	readonly span: Span;
	readonly background: Background;
	readonly #caller: Caller | undefined;
	readonly #url: string;

	constructor(url: string, span: Span, background: Background, caller: Caller | undefined) {
		this.span = span;
		this.background = background;
		this.#caller = caller;
		this.#url = url;
	}

	/** Throws `unauthenticated` where the request is anonymous. */
	get caller(): Caller {
		if (!this.#caller) throw new AppError("unauthenticated", "Sign in, or send an API key.");
		return this.#caller;
	}

	/** Under which clients reach the platform. */
	get origin(): string {
		return new URL(this.#url).origin;
	}
}
