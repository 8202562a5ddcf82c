import { exports } from "cloudflare:workers";
import { expect, test } from "vitest";

test("health names the service and its database", async () => {
	const response = await exports.default.fetch("http://rag/health");
	expect(await response.json()).toMatchObject({
		status: "healthy",
		service: "rag",
		dependencies: { database: { status: "healthy" } },
	});
});
