/** The specification's own Express gateway, with and without its telemetry; its packages are installed on demand. */
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../scripts/root.ts";
import { type Child, startChild } from "./child.ts";

export interface ExpressPeer {
	/** With OpenTelemetry's automatic instrumentation. */
	complete: string;
	withoutTelemetry: string;
	stop(): Promise<void>;
}

const source = join(root, "bench", "peers");
const cache = join(root, ".build", "bench-peers");

/** Rejects where a package, PostgreSQL or Redis is not to be had. */
export async function startExpressPeer(secret: string, token: string): Promise<ExpressPeer> {
	await install();
	const upstream = await startChild("upstream.cjs", { cwd: cache });
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
			children.push(await startChild("express-gateway.cjs", { preload, cwd: cache, env }));
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

/** Into an ignored folder, once for each lockfile. */
async function install(): Promise<void> {
	const lock = readFileSync(join(source, "package-lock.json"), "utf8");
	const mark = join(cache, "node_modules", ".installed");
	mkdirSync(cache, { recursive: true });
	cpSync(source, cache, { recursive: true });
	if (existsSync(mark) && readFileSync(mark, "utf8") === lock) return;
	console.log("Installing the Express stack into .build/bench-peers (once) …");
	await promisify(execFile)("npm", ["ci", "--no-fund", "--no-audit", "--loglevel=error"], { cwd: cache });
	writeFileSync(mark, lock);
}
