/** `GET /api/health`: the whole system, seen from its door. */
import { systemHealth } from "#gateway/system-health";
import { SystemHealth } from "#gateway/schema";
import { hasActiveAdmin } from "#gateway/store";
import { defineRoute } from "#http/route";
import type { OwnApp } from "../context.ts";
import { json } from "./json-content.ts";

const health = defineRoute({
	method: "get",
	path: "/api/health",
	policy: "public",
	summary: "Health of all services, with latencies.",
	responses: {
		200: json(SystemHealth, "`healthy`, or `degraded` where a service is down."),
		503: json(SystemHealth, "`unhealthy`: the gateway itself cannot work."),
	},
});

export function mountHealth(app: OwnApp): void {
	app.openapi(health, async (c) => {
		const { services, db } = c.var.context;
		const report = await systemHealth(services, () => hasActiveAdmin(db));
		return c.json(report, report.status === "unhealthy" ? 503 : 200);
	});
}
