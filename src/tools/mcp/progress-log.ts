/** The progress that a server reports of a call, as lines of its log. */
import type { Progress } from "@modelcontextprotocol/client";

const maxLines = 100;
const maxLength = 500;

export function progressLog() {
	const lines: string[] = [];
	return {
		lines,
		add({ progress, total, message }: Progress): void {
			if (lines.length >= maxLines) return;
			const share = total === undefined ? String(progress) : `${progress}/${total}`;
			const line = `${share} ${message ?? ""}`.trim().slice(0, maxLength);
			// The SDK's HTTP+SSE transport hands on every message twice in workerd, whose events call `onmessage` by themselves.
			if (line !== lines.at(-1)) lines.push(line);
		},
	};
}
