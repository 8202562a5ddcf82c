/** The specification's own Express gateway, with and without its telemetry; its packages are installed on demand. */
import { type Child, startChild } from "./child.ts";
import { PeerPackages } from "./peer-packages.ts";

export interface ExpressPeer {
	/** With OpenTelemetry's automatic instrumentation. */
	complete: string;
	withoutTelemetry: string;
	stop(): Promise<void>;
}

const packages = new PeerPackages("the Express stack", "peers");

/** Rejects where a package, PostgreSQL or Redis is not to be had. */
export async function startExpressPeer(secret: string, token: string): Promise<ExpressPeer> {
	await packages.install();
	const { folder: cwd } = packages;
	const upstream = await startChild("upstream.cjs", { cwd });
	const upstreamUrl = `http://127.0.0.1:${upstream.port}`;
	const env = {
		UPSTREAM_URL: upstreamUrl,
		OTLP_URL: `${upstreamUrl}/v1/traces`,
		JWT_SECRET: secret,
		TOKEN: token,
		POSTGRES_URL: process.env.BENCH_POSTGRES_URL ?? "postgres://postgres@127.0.0.1:5432/test",
		REDIS_URL: process.env.BENCH_REDIS_URL ?? "redis://127.0.0.1:6379",
	};
	const children: Child[] = [upstream];
	const stop = async () => void (await Promise.all(children.map((child) => child.stop())));
	try {
		for (const preload of ["./telemetry.cjs", undefined]) {
			children.push(await startChild("express-gateway.cjs", { preload, cwd, env }));
		}
	} catch (error) {
		await stop();
		throw error;
	}
	const [, complete, withoutTelemetry] = children.map(
		({ port }) => `http://127.0.0.1:${port}/api/workflow-engine/v1/workflows/no-op`,
	);
	return { complete: complete!, withoutTelemetry: withoutTelemetry!, stop };
}
