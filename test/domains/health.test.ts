import { exports } from "cloudflare:workers";
import { expect, inject, test } from "vitest";

declare module "vitest" {
	interface ProvidedContext {
		/** The domain whose Worker is under test. */
		domain: string;
	}
}

test("health names the service and its database", async () => {
	const response = await exports.default.fetch("http://domain/health");
	expect(await response.json()).toMatchObject({
		status: "healthy",
		service: inject("domain"),
		dependencies: { database: { status: "healthy" } },
	});
});
