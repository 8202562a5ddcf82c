/** `POST /internal/close-sockets`: closes what a credential that died has open at the stream of an execution. */
import { AppError } from "#core/errors";
import { CloseSockets, closeSocketsPath } from "#http/close-sockets";
import { homeOf } from "#run/run-id";
import type { RagApp } from "./routes/app.ts";

const stream = /^\/api\/v1\/(documents\/executions|indexes\/rebuilds)\/([^/]+)\/stream$/;

/** Stands in no document: the gateway calls it, and lets nobody else through. */
export function mountCloseSockets(app: RagApp): void {
	app.post(closeSocketsPath, async (c) => {
		const { data } = CloseSockets.safeParse(await c.req.json());
		if (!data) throw new AppError("invalid_input", "Closing sockets takes a path and a credential.");
		const [, of, id] = stream.exec(data.path) ?? [];
		if (!id) throw new AppError("not_found", "There is no stream at this path.");
		const { ingestions, rebuilds } = c.var.context;
		await (of === "indexes/rebuilds" ? rebuilds : ingestions)(homeOf(id)).closeSockets(data.credentialId);
		return c.body(null, 204);
	});
}
