import { expect, test, vi } from "vitest";
import { AppError } from "./errors.ts";
import { readAtMost } from "./read-at-most.ts";

const tooLarge = () => new AppError("bad_gateway", "Too much.");

test.for([
	["nothing", []],
	["one part", [[1, 2, 3]]],
	["as much as may be, in several parts", [[1], [], [2, 3], [4]]],
] as const)("an answer of %s is read whole", async ([, parts]) => {
	const body = new Blob(parts.map((part) => Uint8Array.from(part))).stream();
	expect([...(await readAtMost({ body }, 4, tooLarge))]).toEqual(parts.flat());
});

test("an answer without a body is empty", async () => {
	expect(await readAtMost(new Response(null), 4, tooLarge)).toEqual(new Uint8Array());
});

test("of one that is larger no more is read", async () => {
	const cancel = vi.fn<() => void>();
	const body = new ReadableStream<Uint8Array>({ pull: (to) => to.enqueue(new Uint8Array(1_000)), cancel });
	await expect(readAtMost({ body }, 3_000, tooLarge)).rejects.toMatchObject({ code: "bad_gateway" });
	expect(cancel).toHaveBeenCalledOnce();
});
