/** The part of the demo that answers from a document: a citation that is checked, and what is left when it is deleted. */
import type { ApiClient, Json } from "./api-client.ts";
import { expect, tell, title } from "./demo-output.ts";
import { pdfOf } from "./demo-pdf.ts";

const name = "solar-kettle.pdf";
const pages = [
	{
		heading: "Solar kettle",
		lines: [
			"The solar kettle boils one litre of water in 25 minutes of full sun.",
			"In the box are the kettle, the folding mirror, and a bag for both (cotton).",
			"Unfold the mirror, point it at the sun, and close the lid.",
		],
	},
	{
		heading: "Care",
		lines: [
			"Wipe the mirror with a soft cloth and clear water.",
			"Descale the kettle every 60 days with 40 ml of lemon juice, and rinse it twice.",
			"Frost does no harm while there is no water inside.",
		],
	},
	{
		heading: "Warranty",
		lines: [
			"The warranty lasts five years from the day of purchase.",
			"Scratches of the mirror are not covered.",
			"Repairs are made in Utrecht and take about ten days.",
		],
	},
];
const question = "How often should I descale it?";
const expected = { page: 2, words: "every 60 days" };

export async function askDocuments(api: ApiClient): Promise<void> {
	title("An answer from a document, with its place");
	const index = await api.call("POST", "/api/v1/indexes", { name: `Manuals ${Date.now()}` });
	try {
		const document = await upload(api, index.id);
		await followProcessing(api, document.executionId);
		await askAndCheck(api, index.id, document.id);
		await api.call("DELETE", `/api/v1/documents/${document.id}`);
		tell("deleted", `${name}: the file, its text and its chunks`);
		const again = await ask(api, index.id);
		tell("asked again", `not in the documents ("${again.answer}")`);
		expect(!again.found && again.citations.length === 0, "nothing of a deleted document in an answer");
	} finally {
		await api.call("DELETE", `/api/v1/indexes/${index.id}`);
	}
}

async function upload(api: ApiClient, indexId: string): Promise<Json> {
	const bytes = pdfOf("Solar kettle: the manual", pages);
	const form = new FormData();
	form.set("indexId", indexId);
	form.append("files", new File([bytes], name, { type: "application/pdf" }));
	const headers = { authorization: `Bearer ${api.token}` };
	const response = await fetch(`${api.url}/api/v1/documents/upload`, { method: "POST", headers, body: form });
	const { documents, failed }: Json = await response.json();
	expect(response.ok && documents?.length === 1 && failed.length === 0, `${name} to be taken in`);
	tell("uploaded", `${name}, ${bytes.length} bytes, as ${documents[0].id}`);
	return documents[0];
}

async function followProcessing(api: ApiClient, executionId: string): Promise<void> {
	const stream = await api.fetch("GET", `/api/v1/documents/executions/${executionId}/stream`);
	let last = "";
	for await (const { event, data } of api.events(stream)) {
		last = event;
		const [of, what] = event.split(".");
		if (of === "document") tell(what!, told(data.data));
		if (event === "document.parsed") expect(data.data.pages === pages.length, `${pages.length} pages`);
	}
	expect(last === "run.completed", "the document to be processed");
}

/** `{ type: "pdf", pages: 3 }` is "type pdf, pages 3". */
function told(data: Json): string {
	return Object.entries(data)
		.map(([key, value]) => `${key} ${String(value)}`)
		.join(", ");
}

async function ask(api: ApiClient, indexId: string): Promise<Json> {
	return await api.call("POST", "/api/v1/qa", { indexIds: [indexId], question });
}

/** Follows the citation to the text of the document, as a reader would. */
async function askAndCheck(api: ApiClient, indexId: string, documentId: string): Promise<void> {
	const { answer, found, citations, sentences } = await ask(api, indexId);
	tell("asked", question);
	tell("answered", answer);
	expect(found && answer.includes(expected.words), `an answer that says "${expected.words}"`);
	expect(
		sentences.every(({ supported }: Json) => supported),
		"each sentence to stand in what it cites",
	);
	const citation = citations.find(({ excerpt }: Json) => excerpt.includes(expected.words));
	expect(citation?.documentId === documentId, "the document to be cited");
	const { start, end, excerpt, page, confidence } = citation;
	tell("cited", `[${citation.number}] ${name}, page ${page}, characters ${start} to ${end}, confidence ${confidence}`);
	tell("excerpt", `"${excerpt}"`);
	const content = await api.call("GET", citation.url);
	expect(content.text.slice(start, end) === excerpt, "the excerpt at those characters of the document's text");
	const onPage = content.pages.find((one: Json) => one.start <= start && end <= one.end);
	expect(page === expected.page && onPage?.number === page, `the excerpt on page ${expected.page}`);
	tell("checked", `those characters of the text are the excerpt, and they are on page ${page}`);
}
