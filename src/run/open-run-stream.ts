/** The answer to a request for a run's events: server-sent events, or a WebSocket by upgrade, from where it left off. */
import type { Caller } from "#core/caller";
import { parseAfter } from "./run-sockets.ts";
import type { RunObject } from "./run-object.ts";
import { upgradeRequest } from "./upgrade-request.ts";

type Home = Pick<RunObject, "find" | "stream"> & { fetch(request: Request): Promise<Response> };

export async function openRunStream(home: Home, caller: Caller, runId: string, request: Request): Promise<Response> {
	const asked = new URL(request.url).searchParams.get("after");
	if (request.headers.get("upgrade")?.toLowerCase() === "websocket") {
		await home.find(caller, runId);
		const query = new URLSearchParams({ run: runId, after: String(parseAfter(asked)) }).toString();
		return await home.fetch(upgradeRequest(`/run?${query}`, caller));
	}
	const after = parseAfter(request.headers.get("last-event-id") ?? asked);
	const { status, headers, body } = await home.stream(caller, runId, after);
	return new Response(body, { status, headers });
}
