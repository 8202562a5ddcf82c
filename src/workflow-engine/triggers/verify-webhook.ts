/** Whether a message comes from who has the secret: Standard Webhooks, symmetric signatures (`v1`, HMAC-SHA256). */
import { AppError } from "#core/errors";

/** How far a message's time may be from now, on either side. */
const toleranceSeconds = 300;
const maxIdLength = 200;
/** A sender signs with its old secret, too, while it changes to another; not with hundreds. */
const mostSignatures = 10;
const encoder = new TextEncoder();

export interface WebhookMessage {
	headers: Headers;
	body: string;
	/** Unix milliseconds. */
	now: number;
}

/** The id of the message. Throws `unauthenticated`. */
export async function verifyWebhook(secret: Uint8Array<ArrayBuffer>, message: WebhookMessage): Promise<string> {
	const { headers, body, now } = message;
	const id = headers.get("webhook-id") ?? "";
	const timestamp = headers.get("webhook-timestamp") ?? "";
	if (id === "" || id.length > maxIdLength) throw refused("`webhook-id` has 1 to 200 characters.");
	if (!/^\d{1,12}$/.test(timestamp)) throw refused("`webhook-timestamp` is a time in seconds since 1970.");
	if (Math.abs(now / 1_000 - Number(timestamp)) > toleranceSeconds)
		throw refused("The message is too old, or too new.");
	const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
	const signed = encoder.encode(`${id}.${timestamp}.${body}`);
	for (const signature of signaturesIn(headers.get("webhook-signature") ?? "")) {
		// Compares in constant time.
		if (await crypto.subtle.verify("HMAC", key, signature, signed)) return id;
	}
	throw refused("No signature in `webhook-signature` is one of this message by its secret.");
}

/** `v1,<base64>`, separated by spaces; other versions are of other kinds of keys. */
function signaturesIn(header: string): Uint8Array<ArrayBuffer>[] {
	return header
		.split(" ", mostSignatures)
		.filter((signature) => signature.startsWith("v1,"))
		.flatMap((signature) => {
			try {
				return [Uint8Array.fromBase64(signature.slice("v1,".length))];
			} catch {
				return [];
			}
		});
}

function refused(detail: string): AppError {
	return new AppError("unauthenticated", detail);
}
