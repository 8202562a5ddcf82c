/** The door for other Workers: the same verbs, on behalf of the caller whom they name. */
import { WorkerEntrypoint } from "cloudflare:workers";
import type { Caller } from "#core/caller";
import { inSpan } from "#core/in-span";
import type { PassageQuery, RagClient } from "#rag/client";
import { describeDocuments } from "#rag/describe-documents";
import { describeIndexes } from "#rag/describe-indexes";
import { documentContent } from "#rag/document-content";
import { findPassages } from "#rag/find-passages";
import { rpcContext } from "./context.ts";

export class RagEntrypoint extends WorkerEntrypoint<RagEnv> implements RagClient {
	async describe(caller: Caller, ids?: string[]) {
		return await this.#as(caller, "describe", (context) => describeIndexes(context, ids));
	}

	async search(caller: Caller, query: PassageQuery) {
		return await this.#as(caller, "search", (context) => findPassages(context, query));
	}

	async documents(caller: Caller) {
		return await this.#as(caller, "documents", describeDocuments);
	}

	async documentText(caller: Caller, id: string) {
		return await this.#as(caller, "documentText", async (context) => (await documentContent(context, id)).text);
	}

	async #as<T>(
		caller: Caller,
		method: string,
		verb: (context: ReturnType<typeof rpcContext>) => Promise<T>,
	): Promise<T> {
		const context = rpcContext(this.env, this.ctx, caller, method);
		return await inSpan(context.span, async () => await verb(context));
	}
}
