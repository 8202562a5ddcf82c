/** Files that come with a message: kept in R2, named in the conversation, given to the model when it is called. */
import type { LanguageModelV4FilePart, LanguageModelV4Message } from "@ai-sdk/provider";
import { newId } from "#core/ids";
import type { Attachment, NewAttachment } from "./schema.ts";

/** Stores the files; what the conversation remembers of them. */
export async function storeAttachments(bucket: R2Bucket, files: NewAttachment[]): Promise<Omit<Attachment, "url">[]> {
	return await Promise.all(
		files.map(async ({ name, type, data }) => {
			const id = newId("att");
			const bytes = Uint8Array.fromBase64(data);
			await bucket.put(id, bytes, { httpMetadata: { contentType: type } });
			return { id, name, type, size: bytes.length };
		}),
	);
}

/** The part of a prompt that stands for a stored file. */
export function attachmentPart({ id, name, type }: Omit<Attachment, "url">): LanguageModelV4FilePart {
	return { type: "file", filename: name, mediaType: type, data: { type: "reference", reference: { attachment: id } } };
}

/** The prompt with the files themselves in the places of their names. */
export async function withAttachments(
	prompt: readonly LanguageModelV4Message[],
	bucket: R2Bucket,
): Promise<readonly LanguageModelV4Message[]> {
	if (!prompt.some(hasFile)) return prompt;
	return await Promise.all(prompt.map((message) => (hasFile(message) ? load(message, bucket) : message)));
}

type UserMessage = Extract<LanguageModelV4Message, { role: "user" }>;

function hasFile(message: LanguageModelV4Message): message is UserMessage {
	return message.role === "user" && message.content.some((part) => part.type === "file");
}

async function load(message: UserMessage, bucket: R2Bucket): Promise<UserMessage> {
	const content = message.content.map(async (part) => {
		if (part.type !== "file" || part.data.type !== "reference") return part;
		const stored = await bucket.get(part.data.reference.attachment ?? "");
		if (!stored) return { type: "text" as const, text: `[The file ${part.filename} is gone.]` };
		if (part.mediaType.startsWith("text/")) {
			return { type: "text" as const, text: `File ${part.filename}:\n${await stored.text()}` };
		}
		return { ...part, data: { type: "data" as const, data: new Uint8Array(await stored.arrayBuffer()) } };
	});
	return { ...message, content: await Promise.all(content) };
}
