/** Where in the archive the parts of a Word document are, by its relationships (ECMA-376 part 2, §6.5). */
import { readXml } from "./read-xml.ts";
import { type ZipArchive, ZipError } from "./read-zip.ts";

export interface DocxParts {
	document: string;
	styles?: string;
	footnotes?: string;
	endnotes?: string;
	/** What the document tells of itself. */
	properties?: string;
}

/** @throws {ZipError} for an archive that is no Word document. */
export async function docxParts(archive: ZipArchive): Promise<DocxParts> {
	const top = await relationsOf(archive, "");
	const document = top.get("officeDocument") ?? "word/document.xml";
	if (!archive.names.includes(document)) throw new ZipError("has no document in it");
	const own = await relationsOf(archive, document);
	return {
		document,
		styles: own.get("styles"),
		footnotes: own.get("footnotes"),
		endnotes: own.get("endnotes"),
		properties: top.get("core-properties"),
	};
}

/** By the last word of their types. What is outside the archive is left there. */
async function relationsOf(archive: ZipArchive, part: string): Promise<Map<string, string>> {
	const folder = part.slice(0, part.lastIndexOf("/") + 1);
	const relations = new Map<string, string>();
	const pieces = archive.read(`${folder}_rels/${part.slice(folder.length)}.rels`);
	if (!pieces) return relations;
	await readXml(pieces, {
		open(name, attribute) {
			if (name !== "Relationship" || attribute("TargetMode") === "External") return;
			const kind = attribute("Type")?.split("/").at(-1) ?? "";
			const target = attribute("Target") ?? "";
			if (!relations.has(kind)) relations.set(kind, partName(target, folder));
		},
		close() {},
		text() {},
	});
	return relations;
}

function partName(target: string, folder: string): string {
	const url = URL.parse(target, `zip://archive/${folder}`);
	return url ? decoded(url.pathname.slice(1)) : target;
}

/** As it stands where its escapes are none. */
function decoded(name: string): string {
	try {
		return decodeURIComponent(name);
	} catch {
		return name;
	}
}
