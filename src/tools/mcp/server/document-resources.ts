/** The caller's documents as MCP resources: their text, as searches find it. */
import {
	type McpServer,
	type ReadResourceResult,
	ResourceNotFoundError,
	ResourceTemplate,
} from "@modelcontextprotocol/server";
import { asAppError } from "#core/errors";
import { answering } from "#mcp/answering";
import type { ToolsContext } from "#tools/context";

const root = "agentic-edge://documents/";
const mimeType = "text/plain";

export function registerDocuments(mcp: McpServer, ctx: ToolsContext): void {
	const { caller, rag } = ctx;
	const list = answering(ctx, async () => {
		const documents = await rag.documents(caller);
		return {
			resources: documents.map(({ id, name, title, updatedAt }) => ({
				...{ uri: root + id, name, mimeType, ...(title && { title }) },
				annotations: { lastModified: updatedAt },
			})),
		};
	});
	const read = answering(ctx, async ({ href }: URL): Promise<ReadResourceResult> => {
		const text = await rag.documentText(caller, href.slice(root.length)).catch((error: unknown) => {
			throw asAppError(error) ? new ResourceNotFoundError(href) : error;
		});
		return { contents: [{ uri: href, mimeType, text }] };
	});
	mcp.registerResource(
		"documents",
		new ResourceTemplate(`${root}{id}`, { list }),
		{ title: "Your documents", description: "The text of the documents in your indexes." },
		read,
	);
}
