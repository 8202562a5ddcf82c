/** `POST /internal/close-sockets`: closes what a credential that died has open at the stream of a session or execution. */
import { homeOfSession } from "#agents/session-id";
import { AppError } from "#core/errors";
import { CloseSockets, closeSocketsPath } from "#http/close-sockets";
import { homeOf } from "#run/run-id";
import type { AgentsApp } from "./routes/app.ts";

const stream = /^\/api\/v1\/agents\/(sessions|executions)\/([^/]+)\/stream$/;

/** Stands in no document: the gateway calls it, and lets nobody else through. */
export function mountCloseSockets(app: AgentsApp): void {
	app.post(closeSocketsPath, async (c) => {
		const { data } = CloseSockets.safeParse(await c.req.json());
		if (!data) throw new AppError("invalid_input", "Closing sockets takes a path and a credential.");
		await c.var.context.home(homeOfStream(data.path)).closeSockets(data.credentialId);
		return c.body(null, 204);
	});
}

function homeOfStream(path: string): string {
	const [, kind, id = ""] = stream.exec(path) ?? [];
	if (!kind) throw new AppError("not_found", "There is no stream at this path.");
	return kind === "sessions" ? homeOfSession(id) : homeOf(id);
}
