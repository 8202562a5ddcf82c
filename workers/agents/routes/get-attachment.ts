/** `GET /api/v1/agents/sessions/{sessionId}/attachments/{attachmentId}`: the file, never shown inline. */
import { homeOfSession } from "#agents/session-id";
import { AppError } from "#core/errors";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";
import { AttachmentParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/agents/sessions/{sessionId}/attachments/{attachmentId}",
	policy: "read",
	tags: ["Sessions"],
	summary: "Download an attachment",
	request: { params: AttachmentParams },
	responses: {
		200: { description: "The file.", content: { "application/octet-stream": { schema: { type: "string" } } } },
	},
});

export function mountGetAttachment(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		const { caller, home, attachments } = c.var.context;
		const { sessionId, attachmentId } = c.req.valid("param");
		const { id, name, type } = await home(homeOfSession(sessionId)).attachment(caller, attachmentId);
		const file = await attachments.get(id);
		if (!file) throw new AppError("not_found", "There is no such attachment.");
		return new Response(file.body, {
			headers: {
				"content-type": type,
				"content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(name.toWellFormed())}`,
				"x-content-type-options": "nosniff",
			},
		});
	});
}
