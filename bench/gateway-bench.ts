/** Requests through gateway and domain: the platform against two bare Workers and the specification's Express stack. */
import { alternate, ratioRow } from "./alternate.ts";
import { bareToken } from "./bare-token.ts";
import { atRate, type Target } from "./load.ts";
import { startExpressPeer } from "./express-peer.ts";
import { numberOf, type Row } from "./row.ts";
import { median, quantile } from "./statistics.ts";

export interface GatewayBenchOptions {
	platformUrl: string;
	/** A session's token of the platform. */
	platformToken: string;
	bareUrl: string;
	/** Signs the tokens of those that keep no sessions. */
	secret: string;
}

/** Below what the slowest of them serves. */
const steadyRate = 500;
const steady = { connections: 8, seconds: 4 };

export async function gatewayBench(options: GatewayBenchOptions): Promise<Row[]> {
	const { platformUrl, platformToken, bareUrl, secret } = options;
	const token = await bareToken(secret);
	const get = (url: string, bearer: string): Target => ({
		url,
		headers: { authorization: `Bearer ${bearer}` },
		expect: '"ok":true',
	});
	const platform = get(`${platformUrl}/api/v1/workflows/no-op`, platformToken);
	const bare = get(`${bareUrl}/api/v1/workflows/no-op`, token);
	const noOp = await alternate({ platform, bare });
	const row = await alternate({
		platform: get(`${platformUrl}/api/v1/workflows/row`, platformToken),
		bare: get(`${bareUrl}/api/v1/workflows/row`, token),
	});
	return [
		ratioRow("no-op through the gateway, against two bare Hono Workers", noOp, { atLeast: 0.45, goal: 0.6 }),
		ratioRow("one D1 read, against the bare pair with that read", row, { atLeast: 0.6, goal: 0.85 }),
		await latencyRow(platform, bare),
		...(await againstExpress(platform, secret, (url) => get(url, token))),
	];
}

async function againstExpress(platform: Target, secret: string, get: (url: string) => Target): Promise<Row[]> {
	const token = get("").headers?.authorization?.slice("Bearer ".length) ?? "";
	const peer = await startExpressPeer(secret, token).catch((error: Error) => {
		console.warn(`\n!!! SKIPPED: the rows against Express (PostgreSQL, Redis and npm are needed): ${error.message}\n`);
	});
	if (!peer) return [];
	try {
		const complete = await alternate({ platform, bare: get(peer.complete) });
		const plain = await alternate({ platform, bare: get(peer.withoutTelemetry) });
		return [
			ratioRow("no-op, against the specification's Express stack, complete", complete, { atLeast: 2.5, goal: 3.5 }),
			ratioRow("no-op, against it without its telemetry (ours stays on)", plain, { atLeast: 1, goal: 1.3 }),
		];
	} finally {
		await peer.stop();
	}
}

async function latencyRow(platform: Target, bare: Target): Promise<Row> {
	const ours = await atRate(platform, steadyRate, steady);
	const theirs = await atRate(bare, steadyRate, steady);
	const times = (all: number[]) => `${numberOf(median(all))} ms (99 % ${numberOf(quantile(all, 0.99))} ms)`;
	return {
		name: `added time of a no-op at ${steadyRate} requests/s, median`,
		value: median(ours) - median(theirs),
		unit: " ms",
		measured: `${times(ours)} against ${times(theirs)}`,
	};
}
