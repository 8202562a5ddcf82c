/** Weaviate's objects have UUIDs: one that follows from the chunk's id, so that writing twice is writing once. */
import { createHash } from "node:crypto";

/** RFC 9562 §5.8. */
export function objectId(chunkId: string): string {
	const hex = createHash("sha256").update(chunkId).digest("hex");
	const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
	return [
		hex.slice(0, 8),
		hex.slice(8, 12),
		`8${hex.slice(13, 16)}`,
		variant + hex.slice(17, 20),
		hex.slice(20, 32),
	].join("-");
}
