/** Files that come with a message: kept in R2, named in the conversation, given to the model when it is called. */
import type { LanguageModelV4FilePart, LanguageModelV4Message } from "@ai-sdk/provider";
import { derivedToken, newToken } from "#core/ids";
import type { Attachment, NewAttachment } from "./schema.ts";

/** Stores the files, under the same ids when the same request comes again; what the conversation remembers of them. */
export async function storeAttachments(
	bucket: R2Bucket,
	files: NewAttachment[],
	request = newToken(),
): Promise<Omit<Attachment, "url">[]> {
	return await Promise.all(
		files.map(async ({ name, type, data }, i) => {
			const id = `att_${await derivedToken("attachment", request, String(i))}`;
			const bytes = Uint8Array.fromBase64(data);
			await bucket.put(id, bytes, { httpMetadata: { contentType: type } });
			return { id, name, type, size: bytes.length };
		}),
	);
}

/** Stores the files that messages carry in themselves; the messages with references in their places. */
export async function storeInlineFiles(bucket: R2Bucket, prompts: LanguageModelV4Message[]) {
	const attachments: Omit<Attachment, "url">[] = [];
	if (!prompts.some(hasFile)) return { prompts, attachments };
	const store = async (part: UserPart): Promise<UserPart> => {
		if (part.type !== "file" || part.data.type !== "data" || typeof part.data.data !== "string") return part;
		const file = { name: part.filename ?? "file", type: part.mediaType, data: part.data.data };
		const [attachment] = await storeAttachments(bucket, [file]);
		attachments.push(attachment!);
		return attachmentPart(attachment!);
	};
	const stored = prompts.map(async (message) =>
		hasFile(message) ? { ...message, content: await Promise.all(message.content.map(store)) } : message,
	);
	return { prompts: await Promise.all(stored), attachments };
}

/** R2 deletes a thousand objects at once. */
const deleteBatch = 1_000;

export async function deleteAttachments(bucket: R2Bucket, ids: string[]): Promise<void> {
	for (let i = 0; i < ids.length; i += deleteBatch) await bucket.delete(ids.slice(i, i + deleteBatch));
}

/** The part of a prompt that stands for a file elsewhere, which the model's provider fetches. */
export function linkedPart(url: string, mediaType: string): LanguageModelV4FilePart {
	return { type: "file", mediaType, data: { type: "reference", reference: { url } } };
}

/** Which stored files a message refers to. */
export function attachmentIdsIn(message: LanguageModelV4Message): string[] {
	if (!hasFile(message)) return [];
	return message.content.flatMap((part) =>
		part.type === "file" && part.data.type === "reference" ? (part.data.reference.attachment ?? []) : [],
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
	return await Promise.all(prompt.map(async (message) => (hasFile(message) ? await load(message, bucket) : message)));
}

type UserMessage = Extract<LanguageModelV4Message, { role: "user" }>;
type UserPart = UserMessage["content"][number];

function hasFile(message: LanguageModelV4Message): message is UserMessage {
	return message.role === "user" && message.content.some((part) => part.type === "file");
}

async function load(message: UserMessage, bucket: R2Bucket): Promise<UserMessage> {
	const content = message.content.map(async (part) => {
		if (part.type !== "file" || part.data.type !== "reference") return part;
		const { url } = part.data.reference;
		if (url !== undefined) return { ...part, data: { type: "url" as const, url: new URL(url) } };
		const stored = await bucket.get(part.data.reference.attachment ?? "");
		if (!stored) return { type: "text" as const, text: `[The file ${part.filename} is gone.]` };
		if (part.mediaType.startsWith("text/")) {
			return { type: "text" as const, text: `File ${part.filename}:\n${await stored.text()}` };
		}
		return { ...part, data: { type: "data" as const, data: new Uint8Array(await stored.arrayBuffer()) } };
	});
	return { ...message, content: await Promise.all(content) };
}
