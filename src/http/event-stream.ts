/** How a route that streams a run's events describes itself. */
import { z } from "zod";

const After = z.string().optional().meta({ description: "Sequence number of the last event that the client has." });

export const eventStreamDescription =
	"Every event once, in order, from `Last-Event-ID` or `after`; live until the execution has ended. `204`: there is " +
	"nothing more to come. With `Upgrade: websocket` the same events are JSON text frames.";

export const eventStreamRequest = {
	query: z.object({ after: After }),
	headers: z.object({ "last-event-id": After }),
};

export const eventStreamResponses = {
	200: { description: "Events.", content: { "text/event-stream": { schema: { type: "string" } } } },
	101: { description: "A WebSocket with the same events." },
	204: { description: "The execution has ended, and the client has all of it." },
} as const;
