/** `GET /health` of every Worker: what it depends on, checked now, each check bounded. */
import { version } from "#core/version";

/** Resolves where the dependency answers; rejects where it does not. */
export type Probe = () => Promise<unknown>;

const probeTimeoutMs = 2_000;
/** Global scope has no clock in Workers, so up-time counts from the isolate's first health check. */
let startedAt: number | undefined;

export async function answerHealth(service: string, probes: Record<string, Probe>): Promise<Response> {
	startedAt ??= Date.now();
	const checks = await Promise.all(
		Object.entries(probes).map(async ([name, probe]) => [name, await check(name, probe)] as const),
	);
	const healthy = checks.every(([, { status }]) => status === "healthy");
	return Response.json(
		{
			status: healthy ? "healthy" : "unhealthy",
			service,
			version,
			uptime: (Date.now() - startedAt) / 1000,
			dependencies: Object.fromEntries(checks),
		},
		{ status: healthy ? 200 : 503 },
	);
}

async function check(name: string, probe: Probe) {
	const started = Date.now();
	try {
		await Promise.race([probe(), rejectLater(probeTimeoutMs)]);
		return { status: "healthy", latencyMs: Date.now() - started };
	} catch (error) {
		console.error(`health: ${name}`, error);
		return { status: "unhealthy", latencyMs: Date.now() - started };
	}
}

function rejectLater(ms: number): Promise<never> {
	return new Promise((_, reject) => setTimeout(() => reject(new Error(`no answer in ${ms} ms`)), ms));
}
