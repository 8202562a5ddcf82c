/**
 * Requests of one user that come while his account is being asked about others stand in line, and are asked about
 * together: so the account costs a user who sends much little. Each is decided on by itself, after it has come.
 *
 * The first in line asks for all behind it, as a part of its own request, because what one request waits for ends with
 * it. Where that one has been given up on the way, the others ask by themselves.
 */
import { AppError } from "#core/errors";
import type { Decision } from "./account-object.ts";
import type { Credential } from "./credential.ts";
import type { Patience } from "./patience.ts";

export type Asked = Pick<Credential, "kind" | "id" | "hash">;
type AskAccount = (requests: Asked[]) => Promise<Decision[]>;

interface Waiting {
	request: Asked;
	/** What was decided, or that it is the first in line now. */
	answer(decision: Decision | undefined): void;
}

/** Asked about in one call at most. */
const most = 64;
/** Far longer than an account takes to answer. */
const giveUpMs = 2_000;

const lines = new Map<string, AccountLine>();

export async function askInLine(
	userId: string,
	request: Asked,
	patience: Patience,
	ask: AskAccount,
): Promise<Decision> {
	const line = lines.get(userId) ?? new AccountLine();
	lines.set(userId, line);
	const decision = await line.join(request, patience, ask);
	if (line.isEmpty) lines.delete(userId);
	return decision;
}

class AccountLine {
	readonly #waiting: Waiting[] = [];
	#isAsking = false;

	get isEmpty(): boolean {
		return !this.#isAsking;
	}

	async join(request: Asked, patience: Patience, ask: AskAccount): Promise<Decision> {
		const decision = this.#isAsking ? await this.#stand(request, patience) : undefined;
		return decision ?? (await this.#lead(request, ask));
	}

	/** Undefined where the request is to ask now. */
	async #stand(request: Asked, patience: Patience): Promise<Decision | undefined> {
		const { promise, resolve } = Promise.withResolvers<Decision | undefined>();
		const waiting: Waiting = { request, answer: resolve };
		this.#waiting.push(waiting);
		return await patience.waitFor(promise, giveUpMs, tooLong).catch(() => {
			const place = this.#waiting.indexOf(waiting);
			if (place !== -1) this.#waiting.splice(place, 1);
			return undefined;
		});
	}

	async #lead(request: Asked, ask: AskAccount): Promise<Decision> {
		this.#isAsking = true;
		const others = this.#waiting.splice(0, most - 1);
		try {
			const [own, ...theirs] = await ask([request, ...others.map((other) => other.request)]);
			for (const [index, other] of others.entries()) other.answer(theirs[index]);
			return own!;
		} catch (error) {
			for (const other of others) other.answer(undefined);
			throw error;
		} finally {
			const next = this.#waiting.shift();
			if (next) next.answer(undefined);
			else this.#isAsking = false;
		}
	}
}

function tooLong(): AppError {
	return new AppError("service_unavailable", "The account did not answer.");
}
