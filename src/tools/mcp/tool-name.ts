/** The names of remote tools here: `<server>__<tool>`, so that no server can pass its tool off as another's. */
import { sha256 } from "#core/crypto";

const maxLength = 64;
const maxServerLength = 24;
const hashLength = 8;

/** A name that is not `taken`; names that were cut, or that another tool has, end with a part of a hash. */
export async function namespacedName(server: string, tool: string, taken: ReadonlySet<string>): Promise<string> {
	const prefix = `${serverPart(server)}__`;
	const plain = `${prefix}${simplified(tool) || "tool"}`;
	if (plain.length <= maxLength && !taken.has(plain)) return plain;
	const hash = (await sha256(JSON.stringify([server, tool]))).slice(0, hashLength);
	const cut = plain.slice(0, maxLength - hashLength - 1);
	for (let i = 0; ; i++) {
		const name = i === 0 ? `${cut}_${hash}` : `${cut.slice(0, -String(i).length - 1)}_${i}_${hash}`;
		if (!taken.has(name)) return name;
	}
}

function serverPart(server: string): string {
	const part = simplified(server).slice(0, maxServerLength).replace(/_$/, "");
	return /^[a-z]/.test(part) ? part : `mcp_${part}`.replace(/_$/, "");
}

function simplified(text: string): string {
	return text
		.slice(0, 200)
		.toLowerCase()
		.replaceAll(/[^a-z0-9]+/g, "_")
		.replaceAll(/^_|_$/g, "");
}
