/** `POST /api/v1/documents/upload`: files, as a form has them, or one as it is. */
import { z } from "zod";
import { AppError } from "#core/errors";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { addDocuments, type NewDocuments } from "#rag/add-documents";
import { DocumentPassword, Metadata, Upload } from "#rag/schema";
import { settledDocument } from "#rag/settled-document";
import type { RagApp } from "./app.ts";
import { waitMsOf } from "./wait-ms-of.ts";

const maxFiles = 100;
const maxNameLength = 255;

const Query = z.object({
	indexId: z.string().min(1).max(200).optional().meta({ description: "Of a body that is no form." }),
	name: z.string().min(1).max(maxNameLength).optional().meta({ description: "Of a body that is no form." }),
});

const isForm = /^multipart\/form-data/i;

const File = { type: "string", format: "binary" } as const;

const route = defineRoute({
	method: "post",
	path: "/api/v1/documents/upload",
	policy: "write",
	tags: ["Documents"],
	summary: "Upload documents",
	description:
		"A form with `files`, `indexId`, `metadata` (JSON) and the `password` of those that are protected, or the bytes of one " +
		"document with `indexId` and `name` in the query; a password never stands there, so a protected document comes in a " +
		"form. What a file is, is told by its content. The same bytes twice are one document of an index. A file that is " +
		"refused at once is in `failed`; whether the others could be read, their `status` says when they are processed.",
	request: {
		query: Query,
		body: {
			required: true,
			content: {
				"multipart/form-data": {
					schema: {
						type: "object",
						properties: {
							files: { type: "array", items: File },
							indexId: { type: "string" },
							metadata: { type: "string" },
							password: { type: "string", minLength: 1, maxLength: 255, ...DocumentPassword.meta() },
						},
						required: ["files", "indexId"],
					},
				},
				"application/octet-stream": { schema: File },
			},
		},
	},
	responses: {
		200: jsonAnswer("All of them are processed.", Upload),
		202: jsonAnswer("Accepted: they are processed.", Upload),
	},
});

export function mountUploadDocuments(app: RagApp): void {
	app.openapi(route, async (c) => {
		const { context } = c.var;
		const contentType = c.req.header("content-type") ?? "application/octet-stream";
		const body = await c.req.arrayBuffer();
		const uploaded = isForm.test(contentType)
			? await formFiles(body, contentType)
			: oneFile(body, contentType, c.req.valid("query"));
		const waitMs = waitMsOf(c.req.header("prefer"));
		const added = await addDocuments(context, uploaded);
		const documents = await Promise.all(added.documents.map((row) => settledDocument(context, row, waitMs)));
		const isOpen = documents.some(({ status }) => status === "processing");
		return c.json({ documents, failed: added.failed }, isOpen ? 202 : 200);
	});
}

async function formFiles(body: ArrayBuffer, contentType: string): Promise<NewDocuments> {
	const form = await parsedForm(body, contentType);
	const indexId = form.get("indexId");
	if (typeof indexId !== "string" || indexId === "") throw refused("indexId", "The form needs an `indexId`.");
	const files = form
		.getAll("files")
		.concat(form.getAll("file"))
		.filter((part) => typeof part !== "string");
	if (files.length === 0) throw refused("files", "The form needs `files`.");
	if (files.length > maxFiles) throw refused("files", `At most ${maxFiles} files come at once.`);
	return {
		indexId,
		metadata: metadataOf(form.get("metadata")),
		password: passwordOf(form.get("password")),
		files: await Promise.all(
			files.map(async (file) => ({
				name: file.name,
				contentType: file.type || undefined,
				bytes: new Uint8Array(await file.arrayBuffer()),
			})),
		),
	};
}

async function parsedForm(body: ArrayBuffer, contentType: string): Promise<FormData> {
	// The runtime's parser knows the type in small letters only.
	const headers = { "content-type": contentType.replace(isForm, "multipart/form-data") };
	try {
		return await new Response(body, { headers }).formData();
	} catch (cause) {
		throw new AppError("malformed_request", "The body is not a form.", { cause });
	}
}

function oneFile(body: ArrayBuffer, contentType: string, { indexId, name = "" }: z.infer<typeof Query>): NewDocuments {
	if (indexId === undefined)
		throw refused("query.indexId", "Say in the query to which `indexId` the document is added.");
	return { indexId, metadata: {}, files: [{ name, contentType, bytes: new Uint8Array(body) }] };
}

function metadataOf(text: ReturnType<FormData["get"]>): Metadata {
	if (text === null || text === "") return {};
	try {
		return Metadata.parse(JSON.parse(String(text)));
	} catch {
		throw refused("metadata", "`metadata` has to be a JSON object of values that filters reach.");
	}
}

function passwordOf(text: ReturnType<FormData["get"]>): string | undefined {
	if (text === null || text === "") return undefined;
	const { data } = DocumentPassword.safeParse(text);
	if (data === undefined) throw refused("password", "`password` has at most 255 characters.");
	return data;
}

function refused(pointer: string, detail: string): AppError {
	return new AppError("invalid_input", detail, { details: { fields: [{ pointer, detail }] } });
}
