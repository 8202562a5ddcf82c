/**
 * One connection to PostgreSQL for each piece of work: a Worker's request may not use what another one opened. Without
 * prepared statements and settings of the session, so that a pooler may stand in between.
 */
import postgres from "postgres";
import { checkUrl } from "#core/egress";
import { AppError, asAppError } from "#core/errors";
import type { PostgresAddress } from "./postgres-address.ts";
import { postgresSocket } from "./postgres-socket.ts";
import { statusFailure, timeoutFailure, unreachable } from "./store-failure.ts";
import type { StoreSurroundings } from "./store-surroundings.ts";

export type Query = <Row extends object>(text: string, values?: string[]) => Promise<Row[]>;
type Work<Result> = (query: Query) => Promise<Result>;

export interface PostgresConnection {
	run<Result>(work: Work<Result>): Promise<Result>;
	/** Undefined where there is no such table. */
	find<Result>(work: Work<Result>): Promise<Result | undefined>;
}

const store = "PostgreSQL";
const undefinedTable = "42P01";

export function postgresConnection(
	address: PostgresAddress,
	{ egress, timeoutMs }: StoreSurroundings,
): PostgresConnection {
	return {
		run: (work) => connected(work, fail),
		find: (work) => connected(work, () => undefined),
	};

	async function connected<Result, Else>(
		work: Work<Result>,
		withoutTable: (error: AppError) => Else,
	): Promise<Result | Else> {
		// The same rules as for HTTP; the URL also turns all ways to write an address into one.
		const { hostname } = await checkUrl(`https://${address.host}:${address.port}/`, egress);
		const options = {
			user: address.user,
			password: address.password,
			database: address.database,
			max: 1,
			prepare: false,
			fetch_types: false,
			max_lifetime: null,
			connect_timeout: Math.ceil(timeoutMs / 1_000),
			onnotice: () => {},
			socket: () => postgresSocket({ hostname, port: address.port, tls: address.tls }),
		};
		const sql = postgres(options);
		const late = Promise.withResolvers<never>();
		const timer = setTimeout(() => late.reject(timeoutFailure(store)), timeoutMs);
		try {
			const query: Query = (text, values = []) => sql.unsafe(text, values);
			return await Promise.race([work(query), late.promise]);
		} catch (error) {
			const failure = asAppError(error) ?? failureOf(error);
			if (codeOf(error) === undefinedTable) return withoutTable(failure);
			throw failure;
		} finally {
			clearTimeout(timer);
			await sql.end({ timeout: 0 });
		}
	}
}

function fail(error: AppError): never {
	throw error;
}

/** By SQLSTATE (PostgreSQL, appendix A) or the driver's own code. */
function failureOf(error: unknown): AppError {
	const code = codeOf(error);
	if (code === undefinedTable) return new AppError("bad_gateway", `${store} has no table for this index.`);
	if (code === "57014" || code === "CONNECT_TIMEOUT") return timeoutFailure(store);
	if (code.startsWith("53") || code.startsWith("57P")) return statusFailure(store, 503, null);
	if (code.startsWith("28")) return new AppError("bad_gateway", `${store} refused the user or the password (${code}).`);
	if (code === "3D000") return new AppError("bad_gateway", `${store} has no such database (${code}).`);
	if (code === "42501") return new AppError("bad_gateway", `${store} does not let this user do that (${code}).`);
	if (/^[0-9A-Z]{5}$/.test(code)) return new AppError("bad_gateway", `${store} rejected the query (${code}).`);
	return unreachable(store);
}

function codeOf(error: unknown): string {
	return (error as { code?: string }).code ?? "";
}
