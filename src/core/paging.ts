/** Pages of a list, newest first: an opaque cursor names the last item of the page before. */
import { AppError } from "./errors.ts";

/** An item's place in its list: sort key, then id. */
export interface Position {
	at: string;
	id: string;
}

export interface PageRequest {
	limit: number;
	after?: Position;
}

export interface Page<Item> {
	items: Item[];
	nextCursor?: string;
}

/** Cuts the one item too many that a store fetches to learn whether there is a next page. */
export function pageOf<Item>(rows: Item[], limit: number, position: (item: Item) => Position): Page<Item> {
	const items = rows.slice(0, limit);
	const last = items.at(-1);
	return rows.length > limit && last !== undefined ? { items, nextCursor: encodeCursor(position(last)) } : { items };
}

export function encodeCursor({ at, id }: Position): string {
	return new TextEncoder().encode(JSON.stringify([at, id])).toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Throws `invalid_input` for what `encodeCursor` did not make. */
export function decodeCursor(cursor: string): Position {
	try {
		const bytes = Uint8Array.fromBase64(cursor, { alphabet: "base64url" });
		const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
		if (Array.isArray(value) && typeof value[0] === "string" && typeof value[1] === "string") {
			return { at: value[0], id: value[1] };
		}
	} catch {
		// Falls through to the one answer for every unknown cursor.
	}
	throw unknownCursor();
}

/** For a cursor that decodes to a position which its list cannot have. */
export function unknownCursor(): AppError {
	return new AppError("invalid_input", "The cursor is not one that this list gave out.", {
		details: { fields: [{ pointer: "query.cursor", detail: "unknown cursor" }] },
	});
}
