/** `GET /api/health`: the whole system, seen from its door. */
import { SystemHealth } from "#gateway/schema";
import { hasActiveAdmin } from "#gateway/store";
import { systemHealth } from "#gateway/system-health";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { GatewayApp } from "./app.ts";

const route = defineRoute({
	method: "get",
	path: "/api/health",
	policy: "public",
	tags: ["Health"],
	summary: "Get the health of all services",
	responses: {
		200: jsonAnswer("`healthy`, or `degraded` where a service is down.", SystemHealth),
		503: jsonAnswer("`unhealthy`: the gateway itself cannot work.", SystemHealth),
	},
});

export function mountGetSystemHealth(app: GatewayApp): void {
	app.openapi(route, async (c) => {
		const { services, db } = c.var.context;
		const report = await systemHealth(services, () => hasActiveAdmin(db));
		return c.json(report, report.status === "unhealthy" ? 503 : 200);
	});
}
