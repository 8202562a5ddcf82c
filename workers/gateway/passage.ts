/** One request on its way through the gateway. */
import { newId } from "#core/ids";
import { spanQueueSink } from "#core/span-queue";
import { Span } from "#core/telemetry";
import { canonicalUrl } from "#gateway/canonical-path";
import { Patience } from "#gateway/patience";
import type { Settings } from "#gateway/settings";
import { isSocketUpgrade } from "#gateway/socket-protocol";
import { type Bindings, telemetryOf } from "./context.ts";
import { type Route, routeOf } from "./routes.ts";

export interface Passage {
	request: Request;
	env: Bindings;
	settings: Settings;
	background: ExecutionContext;
	requestId: string;
	span: Span;
	/** For what the request waits for. */
	patience: Patience;
	opensSocket: boolean;
	/** Undefined where nothing can be at the path. */
	route?: Route;
	/** The query with its `?`, or empty. */
	search: string;
	/** What the answer must say besides its own headers: the limits that were met on the way. */
	answerHeaders: [name: string, value: string][];
}

export function newPassage(request: Request, env: Bindings, settings: Settings, background: ExecutionContext): Passage {
	const url = canonicalUrl(request.url);
	const route = url && routeOf(url.path);
	const name = `${request.method} ${route?.pattern ?? "unmatched"}`;
	const span = new Span(spanQueueSink("gateway", telemetryOf(env), background), name, {
		kind: "server",
		traceparent: request.headers.get("traceparent"),
		attributes: { "http.request.method": request.method, "http.route": route?.pattern ?? "" },
	});
	const search = url?.search ?? "";
	return {
		...{ request, env, settings, background, span, route, search },
		requestId: newId("req"),
		patience: new Patience(),
		opensSocket: isSocketUpgrade(request),
		answerHeaders: [],
	};
}
