/**
 * Reads a part of an Office document tag by tag. No tree, no entities but those of XML itself, nothing from outside;
 * a document type declaration, which the format forbids (ECMA-376 part 2, §8.1.4), ends the reading.
 */
import { Parser } from "htmlparser2";

export interface XmlHandler {
	/** Names have the usual prefix (`w:p`), whichever the document uses; attributes are asked for without theirs. */
	open(name: string, attribute: (name: string) => string | undefined): void;
	close(name: string): void;
	text(text: string): void;
}

export class XmlError extends Error {}

const prefixes: Record<string, string> = {
	"http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
	"http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
	"http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
	"http://purl.oclc.org/ooxml/officeDocument/math": "m",
	"http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
};

const maxDepth = 1000;

export async function readXml(pieces: AsyncIterable<Uint8Array>, handler: XmlHandler): Promise<void> {
	const names = new Map<string, string>();
	let depth = 0;
	const parser = new Parser(
		{
			onopentag(tag, attributes) {
				if (++depth > maxDepth) throw new XmlError(`has elements nested more than ${maxDepth} deep`);
				for (const [key, value] of Object.entries(attributes)) declare(key, value);
				handler.open(usualName(tag), (name) => attributeOf(attributes, name));
			},
			onclosetag(tag) {
				depth--;
				handler.close(usualName(tag));
			},
			ontext: (text) => handler.text(text),
			onprocessinginstruction(name) {
				if (/^!doctype/i.test(name))
					throw new XmlError("has a document type declaration, which no Word document may have");
			},
		},
		{ xmlMode: true },
	);
	let decoder: TextDecoder | undefined;
	for await (const piece of pieces) {
		decoder ??= decoderFor(piece);
		parser.write(decoder.decode(piece, { stream: true }));
	}
	parser.end(decoder?.decode());

	function declare(key: string, uri: string): void {
		const usual = prefixes[uri];
		if (usual !== undefined && key.startsWith("xmlns")) names.set(key.slice("xmlns:".length), usual);
	}

	function usualName(tag: string): string {
		const colon = tag.indexOf(":");
		const usual = names.get(tag.slice(0, Math.max(colon, 0)));
		return usual === undefined ? tag : `${usual}:${tag.slice(colon + 1)}`;
	}
}

function attributeOf(attributes: Record<string, string>, name: string): string | undefined {
	for (const key in attributes) if (key === name || key.endsWith(`:${name}`)) return attributes[key];
	return undefined;
}

function decoderFor(start: Uint8Array): TextDecoder {
	if (start[0] === 0xff && start[1] === 0xfe) return new TextDecoder("utf-16le");
	if (start[0] === 0xfe && start[1] === 0xff) return new TextDecoder("utf-16be");
	return new TextDecoder();
}
