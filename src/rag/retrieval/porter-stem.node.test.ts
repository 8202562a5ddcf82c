import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { porterStem } from "./porter-stem.ts";

it("is what SQLite's tokenizer makes of every word of our documents", () => {
	const root = `${import.meta.dirname}/../../..`;
	const documents = readdirSync(`${root}/docs`).filter((name) => name.endsWith(".md"));
	const text = documents.map((name) => readFileSync(`${root}/docs/${name}`, "utf8")).join(" ");
	const words = [...new Set(text.toLowerCase().match(/[a-z]+/g))];
	const database = new DatabaseSync(":memory:");
	database.exec("CREATE VIRTUAL TABLE words USING fts5 (word, tokenize = 'porter unicode61')");
	database.exec("CREATE VIRTUAL TABLE terms USING fts5vocab (words, instance)");
	const insert = database.prepare("INSERT INTO words (rowid, word) VALUES (?, ?)");
	words.forEach((word, i) => insert.run(i, word));
	const terms = database.prepare("SELECT doc, term FROM terms").all();
	expect(terms.length).toBeGreaterThan(500);
	for (const { doc, term } of terms) {
		const word = words[Number(doc)]!;
		expect([word, porterStem(word)]).toEqual([word, term]);
	}
});
