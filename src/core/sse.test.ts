import fc from "fast-check";
import { expect, test } from "vitest";
import { formatSse, sseHeartbeat } from "./sse.ts";

const line = fc.string({ unit: "binary" }).filter((text) => text !== "" && !/[\r\n\0]/.test(text));

test("a client reads back id, event and data of every frame", () => {
	const data = fc.jsonValue().filter((value) => typeof value !== "string");
	const frame = fc.record({ id: line, event: line, data });
	fc.assert(
		fc.property(fc.array(frame), (frames) => {
			const stream = frames.map(formatSse).join(sseHeartbeat);
			expect(eventsIn(stream).map((event) => ({ ...event, data: JSON.parse(event.data) as unknown }))).toEqual(
				frames.map(({ data, ...rest }) => ({ ...rest, data: JSON.parse(JSON.stringify(data)) as unknown })),
			);
		}),
	);
});

test("text goes as it is, line by line, its line ends as the client's parser makes them", () => {
	fc.assert(
		fc.property(fc.string({ unit: "binary" }), (data) => {
			expect(eventsIn(formatSse({ id: "1", data }))).toEqual([
				{ id: "1", event: "message", data: data.replaceAll(/\r\n?/g, "\n") },
			]);
		}),
	);
});

test("no value begins a field of its own", () => {
	const injected = formatSse({ id: "1\ndata: x", event: "a\r\rdata: y", data: "\n\ndata: z" });
	expect(eventsIn(injected)).toEqual([{ id: "1 data: x", event: "a  data: y", data: "\n\ndata: z" }]);
});

/** The parsing algorithm of WHATWG HTML §9.2.6, for streams in which every event has an id. */
function eventsIn(stream: string) {
	const events: { id: string; event: string; data: string }[] = [];
	let pending = { id: "", event: "message", data: [] as string[] };
	for (const text of stream.split(/\r\n|\r|\n/)) {
		if (text === "") {
			if (pending.data.length > 0) events.push({ ...pending, data: pending.data.join("\n") });
			pending = { id: pending.id, event: "message", data: [] };
			continue;
		}
		const colon = text.indexOf(":");
		const name = colon < 0 ? text : text.slice(0, colon);
		const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
		if (name === "data") pending.data.push(value);
		else if (name === "event") pending.event = value;
		else if (name === "id" && !value.includes("\0")) pending.id = value;
	}
	return events;
}
