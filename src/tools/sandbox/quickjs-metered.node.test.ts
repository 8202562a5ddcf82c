/** The metered QuickJS in this folder is the installed package's, rewritten: `UPDATE_WASM=1` writes it anew. */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { meterWasm } from "./meter-wasm.ts";
import { signed, unsigned } from "./wasm-bytes.ts";

const file = fileURLToPath(new URL("quickjs-metered.wasm", import.meta.url).href);
const original = createRequire(import.meta.url).resolve("@jitl/quickjs-wasmfile-release-sync/wasm");

/** Node has what the types of Workers deny. */
const { compile } = WebAssembly as unknown as { compile(bytes: Uint8Array): Promise<WebAssembly.Module> };

it("is what metering makes of the installed package", () => {
	const metered = meterWasm(readFileSync(original));
	if (process.env["UPDATE_WASM"]) writeFileSync(file, metered);
	expect(Buffer.compare(metered, readFileSync(file))).toBe(0);
});

it("is a valid module with one import and one export more", async () => {
	const [before, after] = await Promise.all([original, file].map((path) => compile(readFileSync(path))));
	const added = WebAssembly.Module.imports(after!).slice(WebAssembly.Module.imports(before!).length);
	expect(added).toEqual([{ module: "sandbox", name: "poll", kind: "function" }]);
	expect(WebAssembly.Module.exports(after!).at(-1)).toEqual({ name: "fuel", kind: "global" });
});

it("writes numbers as LEB128", () => {
	expect([0, 127, 128, 624_485].map(unsigned)).toEqual([[0], [127], [0x80, 1], [0xe5, 0x8e, 0x26]]);
	expect([63, 64, -1, -123_456].map(signed)).toEqual([[63], [0xc0, 0], [0x7f], [0xc0, 0xbb, 0x78]]);
});

it("fails on what it does not know, instead of leaving it unmetered", () => {
	// (module (func v128.const …))
	const simd = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 6, 1, 4, 0, 0xfd, 0x0c, 0x0b];
	expect(() => meterWasm(Uint8Array.from(simd))).toThrow(/opcode 0xfd/);
});
