/** An image in a message: its bytes in a `data:` URL, or an address that the model's provider fetches itself. */
import type { LanguageModelV4FilePart } from "@ai-sdk/provider";
import { linkedPart } from "#agents/attachments";
import { invalidParam } from "./invalid-param.ts";

const dataUrl = /^data:(image\/[\w.+-]{1,100});base64,/;

/** `pointer` says where the URL stands in the request. */
export function imagePart(url: string, pointer: string): LanguageModelV4FilePart {
	const [prefix, mediaType] = dataUrl.exec(url) ?? [];
	if (prefix && mediaType) {
		const data = url.slice(prefix.length);
		if (!isBase64(data)) throw invalidParam(pointer, "The image is not valid base64.");
		return { type: "file", mediaType, data: { type: "data", data } };
	}
	if (!url.startsWith("https://") || !URL.canParse(url)) {
		throw invalidParam(pointer, "An image is an https: URL, or a data: URL of an image in base64.");
	}
	return linkedPart(url, "image/*");
}

function isBase64(data: string): boolean {
	try {
		return Uint8Array.fromBase64(data).length > 0;
	} catch {
		return false;
	}
}
