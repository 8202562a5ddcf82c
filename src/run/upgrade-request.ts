/** The WebSocket upgrade that goes from a Worker to a home of runs, with who asks; the Worker has checked him. */
import type { Caller } from "#core/caller";

export function upgradeRequest(path: string, caller: Caller): Request {
	return new Request(new URL(path, "https://run"), {
		headers: { upgrade: "websocket", "x-caller": JSON.stringify(caller) },
	});
}

export function callerOfUpgrade(request: Request): Caller {
	return JSON.parse(request.headers.get("x-caller") ?? "null");
}
