/** A small client of the platform's HTTP API, for scripts: signs in, calls, reads event streams. */

// oxlint-disable-next-line typescript/no-explicit-any -- scripts look into answers that the platform documents
export type Json = any;

export interface ApiEvent {
	/** Sequence number; what `Last-Event-ID` takes. */
	id: string;
	event: string;
	data: Json;
}

export class ApiClient {
	readonly url: string;
	token: string | undefined;

	constructor(url: string, token?: string) {
		this.url = url;
		this.token = token;
	}

	async signIn(email: string, password: string): Promise<Json> {
		const answer = await this.call("POST", "/api/auth/login", { email, password });
		this.token = answer.token;
		return answer;
	}

	/** The answer's JSON; throws for every status that is no success. */
	async call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Json> {
		const response = await this.fetch(method, path, body, headers);
		const text = await response.text();
		if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
		return text === "" ? undefined : JSON.parse(text);
	}

	async fetch(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
		return await fetch(`${this.url}${path}`, {
			method,
			headers: {
				...(this.token && { authorization: `Bearer ${this.token}` }),
				...(body !== undefined && { "content-type": "application/json" }),
				...headers,
			},
			body: body === undefined ? undefined : JSON.stringify(body),
		});
	}

	/** The events of an answer as they come; leaving the loop closes the connection. */
	async *events(response: Response): AsyncGenerator<ApiEvent> {
		if (!response.ok || !response.body) throw new Error(`no stream: ${response.status} ${await response.text()}`);
		let text = "";
		for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
			text += chunk;
			const blocks = text.split("\n\n");
			text = blocks.pop() ?? "";
			for (const block of blocks) if (!block.startsWith(":")) yield parseEvent(block);
		}
	}
}

function parseEvent(block: string): ApiEvent {
	const fields = new Map(block.split("\n").map((line) => /^(\w+): ?(.*)$/.exec(line)?.slice(1, 3) as [string, string]));
	return {
		id: fields.get("id") ?? "",
		event: fields.get("event") ?? "message",
		data: JSON.parse(fields.get("data") ?? "null"),
	};
}
