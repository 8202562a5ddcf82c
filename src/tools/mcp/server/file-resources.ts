/** The caller's files as MCP resources; each path is a URI of a scheme of our own, for they are on no machine's disk. */
import {
	type McpServer,
	type ReadResourceResult,
	ResourceNotFoundError,
	ResourceTemplate,
} from "@modelcontextprotocol/server";
import { asAppError } from "#core/errors";
import { answering } from "#mcp/answering";
import type { ToolsContext } from "#tools/context";
import { fileLimits } from "#tools/standard/file/file-store";
import { textOf } from "#tools/standard/file/read-file";

const root = "agentic-edge://files/";

export function registerFiles(mcp: McpServer, ctx: ToolsContext): void {
	const { userId } = ctx.caller;
	const list = answering(ctx, async () => {
		// As many as an owner can have: the SDK's lists of resources have one page.
		const { files } = await ctx.files.list(userId, { limit: fileLimits.maxFiles });
		return {
			resources: files.map(({ path, size, contentType, modifiedAt }) => ({
				...{ uri: uriOf(path), name: path, mimeType: contentType, size },
				annotations: { lastModified: modifiedAt },
			})),
		};
	});
	const read = answering(ctx, async (uri: URL): Promise<ReadResourceResult> => {
		const { info, content } = await ctx.files.read(userId, pathOf(uri)).catch((error: unknown) => {
			throw asAppError(error) ? new ResourceNotFoundError(uri.href) : error;
		});
		const text = textOf(content, true);
		const common = { uri: uri.href, mimeType: info.contentType };
		return { contents: [text === undefined ? { ...common, blob: content.toBase64() } : { ...common, text }] };
	});
	mcp.registerResource(
		"files",
		new ResourceTemplate(`${root}{+path}`, { list }),
		{ title: "Your files", description: "What the file tools have written, by path." },
		read,
	);
}

function uriOf(path: string): string {
	return root + path.split("/").map(encodeURIComponent).join("/");
}

/** A path that is not well encoded names no file. */
function pathOf({ pathname, href }: URL): string {
	try {
		return pathname.slice(1).split("/").map(decodeURIComponent).join("/");
	} catch {
		throw new ResourceNotFoundError(href);
	}
}
