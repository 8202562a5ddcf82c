/** OpenAI's ids for a run: the run's own with another prefix, so that one names the other without a lookup. */
import { AppError } from "#core/errors";

const prefix = "run_";
const responsePrefix = "resp_";

export function chatCompletionId(runId: string): string {
	return `chatcmpl-${runId.slice(prefix.length)}`;
}

export function responseId(runId: string): string {
	return responsePrefix + runId.slice(prefix.length);
}

/** The id of an item that a response consists of. */
export function itemId(kind: "msg" | "fc", runId: string, index = 0): string {
	return `${kind}_${runId.slice(prefix.length)}${index === 0 ? "" : `-${index}`}`;
}

/** Throws `not_found` for what is no response's id. */
export function runOfResponse(id: string): string {
	if (!id.startsWith(responsePrefix)) throw new AppError("not_found", `There is no response "${id}".`);
	return prefix + id.slice(responsePrefix.length);
}
