/** Imports a workflow of another platform: a definition of ours, and a report of all that is not as it was. */
import { AppError } from "#core/errors";
import { assemble } from "./assemble.ts";
import { translateDify } from "./dify.ts";
import { translateFlowise } from "./flowise.ts";
import type { ImportedWorkflow, ImportFormat } from "./import-report.ts";
import type { Fields } from "./loose-json.ts";
import { translateN8n } from "./n8n.ts";
import { formatOf, readSource } from "./read-source.ts";
import type { Translation } from "./translation.ts";

const translators: Record<ImportFormat, (content: Fields) => Translation> = {
	n8n: translateN8n,
	dify: translateDify,
	flowise: translateFlowise,
};

/**
 * `source` is the text of the export; its content tells the format where none is given. Throws `invalid_input` for what
 * is no such export, or one that is not whole, as with connections to nodes that it does not have. Credentials are never
 * taken over.
 */
export function importWorkflow(source: string, format?: ImportFormat): ImportedWorkflow {
	const content = readSource(source);
	try {
		return assemble(translators[format ?? formatOf(content)](content));
	} catch (cause) {
		if (!(cause instanceof RangeError)) throw cause;
		throw new AppError("invalid_input", "The export is nested too deeply.", { cause });
	}
}
