/**
 * Packs the character maps of PDF.js that reading text needs into `src/rag/documents/pdf/cmaps.bin`. Run by hand when
 * `unpdf` brings another PDF.js: `node scripts/pack-cmaps.ts <folder of pdfjs-dist's cmaps>`.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.ts";

const folder = process.argv[2];
if (!folder) throw new Error("Name the folder with the character maps.");

/** No PDF may name those in UTF-8 or UTF-32 (ISO 32000-2, table 116), or those without a script's letters. */
const unused = /UTF8|UTF32|^Adobe-\w+-\d\.bcmap$/;
const names = readdirSync(folder).filter((name) => !unused.test(name));
const parts = names.map((name) => readFileSync(join(folder, name)));
const directory = Buffer.from(JSON.stringify(names.map((name, index) => [name, parts[index]!.length])));
const length = Buffer.alloc(4);
length.writeUInt32LE(directory.length);
writeFileSync(join(root, "src/rag/documents/pdf/cmaps.bin"), Buffer.concat([length, directory, ...parts]));
