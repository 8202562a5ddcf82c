/** What a turn says while it goes on, put together as in its result: one paragraph a step. */
import type { RunEvent } from "#run/run";

export class SaidText {
	text = "";
	#messageId: unknown;

	/** What the event adds; "" for most. */
	add({ type, data }: RunEvent): string {
		if (type === "message.delta") return this.#append(data.text as string, data.messageId);
		if (typeof data.question === "string") return this.#append(data.question, undefined);
		return "";
	}

	#append(text: string, messageId: unknown): string {
		const isNew = messageId !== this.#messageId || messageId === undefined;
		const added = isNew && this.text !== "" ? `\n\n${text}` : text;
		this.#messageId = messageId;
		this.text += added;
		return added;
	}
}
