/**
 * The code that runs in every sandbox before the script: `console`, `fetch` where it is allowed, and what the host calls.
 *
 * It is text, because a bundler would rewrite a function. All that passes the border is strings. A script can spoil the
 * prototypes this stands on, and then harms its own run alone.
 */
export const prelude = `(function (log, send) {
	"use strict";
	const { parse, stringify } = JSON;
	const waiting = new Map();
	delete globalThis.SharedArrayBuffer;

	function show(value) {
		try {
			if (typeof value === "string") return value;
			if (value instanceof Error) return value.name + ": " + value.message;
			return (typeof value === "object" ? stringify(value) : undefined) ?? String(value);
		} catch {
			return "[unprintable]";
		}
	}
	const console = {};
	for (const level of ["debug", "log", "info", "warn", "error"])
		console[level] = (...values) => log(level, values.map(show).join(" "));
	define(globalThis, "console", console);

	function define(object, name, value) {
		Object.defineProperty(object, name, { value, writable: true, configurable: true });
	}

	/** sfc32, by Chris Doty-Humphrey; the engine's own would be the same in every run. */
	function generator(a, b, c) {
		let counter = 1;
		const next = () => {
			const sum = (a + b + counter++) | 0;
			a = b ^ (b >>> 9);
			b = (c + (c << 3)) | 0;
			c = ((c << 21) | (c >>> 11)) + sum | 0;
			return sum >>> 0;
		};
		for (let i = 0; i < 12; i++) next();
		return function random() {
			return ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
		};
	}

	function fetch(url, init = {}) {
		return new Promise((resolve, reject) => {
			const headers = Object.entries(init.headers ?? {}).map(([name, value]) => [name, String(value)]);
			const body = init.body == null ? undefined : String(init.body);
			const request = { url: String(url), method: String(init.method ?? "GET"), headers: Object.fromEntries(headers), body };
			waiting.set(send(stringify(request)), { resolve, reject });
		});
	}

	function response({ status, headers, body }) {
		const values = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
		return {
			status,
			ok: status >= 200 && status < 300,
			headers: { get: (name) => values.get(String(name).toLowerCase()) ?? null, entries: () => values.entries() },
			text: async () => body,
			json: async () => parse(body),
		};
	}

	function onlyFunction(exported) {
		const names = Object.keys(exported);
		const name = names[0];
		if (names.length !== 1 || (name !== "default" && name !== "run") || typeof exported[name] !== "function")
			throw new TypeError("The script must export exactly one function, as default or by the name of run.");
		return exported[name];
	}

	return {
		begin(calls, a, b, c) {
			if (calls) define(globalThis, "fetch", fetch);
			define(Math, "random", generator(a, b, c));
		},
		run: async (exported, input) => stringify(await onlyFunction(await exported)(parse(input))) ?? "null",
		check: async (exported) => void onlyFunction(await exported),
		answer(id, text) {
			waiting.get(id)?.resolve(response(parse(text)));
			waiting.delete(id);
		},
		refuse(id, message) {
			waiting.get(id)?.reject(new Error(message));
			waiting.delete(id);
		},
		describe(error) {
			const text = (read) => {
				try {
					return String(read()).slice(0, 2000);
				} catch {
					return "[unprintable]";
				}
			};
			if (!(error instanceof Error)) return stringify({ name: "thrown", message: show(error).slice(0, 2000), stack: "" });
			return stringify({ name: text(() => error.name), message: text(() => error.message), stack: text(() => error.stack) });
		},
	};
})`;
