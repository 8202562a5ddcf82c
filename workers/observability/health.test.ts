import { exports } from "cloudflare:workers";
import { expect, test } from "vitest";

test("health names the service and its database", async () => {
	const response = await exports.default.fetch("http://observability/health");
	expect(await response.json()).toMatchObject({
		status: "healthy",
		service: "observability",
		dependencies: { database: { status: "healthy" } },
	});
});
