import { expect, inject, test } from "vitest";
import { ApiClient } from "../../scripts/api-client.ts";

const services = ["agents", "observability", "orchestrator", "rag", "sqltool", "tools", "workflow-engine"];

test("all eight Workers are up, each with its version and latency", async () => {
	const report = await new ApiClient(inject("platform").url).call("GET", "/api/health");
	expect(report.status).toBe("healthy");
	expect(Object.keys(report.services).toSorted()).toEqual(services);
	for (const service of [report.dependencies.database, ...Object.values(report.services)]) {
		expect(service).toMatchObject({ status: "healthy", latencyMs: expect.any(Number) });
	}
	for (const name of services) {
		expect(report.services[name]).toMatchObject({ version: report.version, uptime: expect.any(Number) });
	}
});
