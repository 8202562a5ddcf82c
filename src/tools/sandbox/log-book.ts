/** What a script writes to its console, up to a size: a flood is dropped, and the last entry says so. */

export const logLevels = ["debug", "log", "info", "warn", "error"] as const;

export interface LogEntry {
	level: (typeof logLevels)[number];
	text: string;
}

/** What an entry without text counts, so that empty ones are no flood either. */
const entryBytes = 16;

export class LogBook {
	private readonly entries: LogEntry[] = [];
	private readonly maxBytes: number;
	private bytes = 0;
	private dropped = 0;

	constructor(maxBytes: number) {
		this.maxBytes = maxBytes;
	}

	readonly write = (level: string, text: () => string): void => {
		const left = this.maxBytes - this.bytes - entryBytes;
		const entry = { level: logLevels.find((known) => known === level) ?? "log", text: left > 0 ? text() : "" };
		const size = new TextEncoder().encode(entry.text).length;
		// After the first that is too large nothing is read any more.
		this.bytes += size + entryBytes;
		if (left <= 0 || size > left) this.dropped++;
		else this.entries.push(entry);
	};

	read(): LogEntry[] {
		if (this.dropped === 0) return this.entries;
		return [...this.entries, { level: "warn", text: `The log is full; ${this.dropped} entries were dropped.` }];
	}
}
