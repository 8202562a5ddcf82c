/** Stands in for the rag Worker in the tests of tools: an index of Ada's, one of somebody else's, and a shared one. */
import { WorkerEntrypoint } from "cloudflare:workers";

const indexes = [
	{ id: "idx_ada", ownerId: "usr_ada", name: "Ada's notes", description: "What she has noted." },
	{ id: "idx_bob", ownerId: "usr_bob", name: "Bob's notes" },
	{ id: "idx_all", ownerId: "usr_root", name: "Handbook", shared: true },
];

export class RagEntrypoint extends WorkerEntrypoint {
	async describe({ userId, role }, ids) {
		const visible = ({ ownerId, shared }) => role === "admin" || shared || ownerId === userId;
		const chosen = ids
			? indexes.filter((index) => ids.includes(index.id) && visible(index))
			: indexes.filter(({ ownerId }) => ownerId === userId);
		return chosen.map(({ id, name, description, shared = false }) => ({
			...{ id, name, description, shared },
			updatedAt: "2026-11-27T00:00:00.000Z",
		}));
	}

	async documents({ userId }) {
		if (userId !== "usr_ada") return [];
		return [{ id: "doc_1", name: "note.pdf", title: "Note", characters: 5, updatedAt: "2026-11-27T00:00:00.000Z" }];
	}

	async documentText({ userId }, id) {
		if (userId === "usr_ada" && id === "doc_1") return "Noted";
		throw Object.assign(new Error("There is no such document."), { name: "AppError", code: "not_found" });
	}

	async search({ userId, traceparent }, { query, indexIds, limit, filter, rerank }) {
		const text = JSON.stringify({ userId, query, indexIds, limit, filter, rerank, hasTrace: traceparent !== "" });
		const place = { start: 3, end: 3 + text.length, page: 2 };
		return [
			{ text, source: "note.pdf, page 2", title: "Note", url: "/content", ...place, documentId: "doc_1", score: 0.5 },
		];
	}
}

export default { fetch: () => new Response(null, { status: 404 }) };
