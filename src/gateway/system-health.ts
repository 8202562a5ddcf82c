/** The health of all services at once: one that is down degrades the system, it does not break the rest. */
import { isoTime } from "#core/clock";
import { version } from "#core/version";
import type { Service } from "./scopes.ts";
import type { ServiceHealth, SystemHealth } from "./schema.ts";

const timeoutMs = 2_000;
/** Anyone may ask and each answer asks everyone, so one is kept for a moment. */
const cacheMs = 1_000;

let cached: { report: SystemHealth; until: number } | undefined;

/** `probe` rejects where the gateway's own database does not answer. */
export async function systemHealth(
	services: Record<Service, Pick<Fetcher, "fetch">>,
	probe: () => Promise<unknown>,
): Promise<SystemHealth> {
	if (cached && cached.until > Date.now()) return cached.report;
	const [database, ...checks] = await Promise.all([
		checkDatabase(probe),
		...Object.entries(services).map(async ([name, service]) => [name, await checkService(name, service)] as const),
	]);
	const allHealthy = checks.every(([, { status }]) => status === "healthy");
	const report: SystemHealth = {
		status: database.status === "unhealthy" ? "unhealthy" : allHealthy ? "healthy" : "degraded",
		timestamp: isoTime(),
		version,
		dependencies: { database },
		services: Object.fromEntries(checks),
	};
	cached = { report, until: Date.now() + cacheMs };
	return report;
}

async function checkDatabase(probe: () => Promise<unknown>): Promise<Pick<ServiceHealth, "status" | "latencyMs">> {
	const started = Date.now();
	const healthy = await Promise.race([probe().then(() => true), scheduler.wait(timeoutMs)]).catch(() => false);
	return { status: healthy ? "healthy" : "unhealthy", latencyMs: Date.now() - started };
}

async function checkService(name: string, service: Pick<Fetcher, "fetch">): Promise<ServiceHealth> {
	const started = Date.now();
	try {
		const response = await service.fetch(`http://${name}/health`, { signal: AbortSignal.timeout(timeoutMs) });
		const { version, uptime } = await response.json<Partial<ServiceHealth>>();
		return { status: response.ok ? "healthy" : "unhealthy", latencyMs: Date.now() - started, version, uptime };
	} catch (error) {
		console.error(`health: ${name}`, error);
		return { status: "unhealthy", latencyMs: Date.now() - started };
	}
}
