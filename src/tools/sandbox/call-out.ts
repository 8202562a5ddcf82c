/** The bridge from a script's `fetch` to the one its caller allows: requests and answers cross it as JSON. */
import { limitExceeded } from "./limits.ts";

export interface ScriptRequest {
	url: string;
	method: string;
	headers: Record<string, string>;
	body?: string;
}

export interface ScriptResponse {
	status: number;
	headers: Record<string, string>;
	body: string;
}

/** `signal` is aborted when the run is over, however it ended. */
export type ScriptFetch = (request: ScriptRequest, signal: AbortSignal) => Promise<ScriptResponse>;

type Answer = { id: number } & ({ text: string } | { refused: string });

const mostCalls = 20;

export class CallOut {
	private readonly fetch: ScriptFetch;
	private readonly signal: AbortSignal;
	private readonly maxBytes: number;
	private readonly answers: Answer[] = [];
	private calls = 0;
	private arrived = Promise.withResolvers<void>();
	/** How many calls have no answer yet. */
	open = 0;

	constructor(fetch: ScriptFetch, signal: AbortSignal, maxBytes: number) {
		this.fetch = fetch;
		this.signal = signal;
		this.maxBytes = maxBytes;
	}

	/** Starts a call and returns its number at once. */
	send(json: string): number {
		const id = ++this.calls;
		this.open++;
		void this.answerTo(id, json).then((answer) => {
			this.answers.push(answer);
			this.arrived.resolve();
		});
		return id;
	}

	/** Resolves when there is something to take. */
	get ready(): Promise<void> {
		return this.arrived.promise;
	}

	take(): Answer[] {
		const taken = this.answers.splice(0);
		this.open -= taken.length;
		this.arrived = Promise.withResolvers<void>();
		return taken;
	}

	private async answerTo(id: number, json: string): Promise<Answer> {
		try {
			if (id > mostCalls) throw limitExceeded(`A script may call out ${mostCalls} times.`);
			const { status, headers, body } = await this.fetch(parseRequest(json), this.signal);
			const text = JSON.stringify({ status, headers, body });
			if (text.length > this.maxBytes) throw limitExceeded(`The answer is larger than ${this.maxBytes} bytes.`);
			return { id, text };
		} catch (error) {
			return { id, refused: error instanceof Error ? error.message : String(error) };
		}
	}
}

/** A script can make its own JSON say anything. */
function parseRequest(json: string): ScriptRequest {
	const { url, method, headers, body } = JSON.parse(json) as Record<keyof ScriptRequest, unknown>;
	const texts = [url, method, body ?? "", ...Object.values(headers ?? {})];
	if (!texts.every((text) => typeof text === "string")) throw new TypeError("The request is made of strings.");
	return { url, method, headers: headers ?? {}, body } as ScriptRequest;
}
