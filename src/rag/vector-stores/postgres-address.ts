/**
 * A PostgreSQL URL, taken apart here and not by the driver: that one reads hosts, sockets and settings out of places
 * that a check of the host would not have seen.
 */

export interface PostgresAddress {
	/** A name or an IPv4 address. */
	host: string;
	port: number;
	user: string;
	password: string;
	database: string;
	/** With a certificate that the runtime trusts. */
	tls: boolean;
}

/** Commas and colons would be several hosts, and ports, to the driver. */
const oneHost = /^[A-Za-z0-9.-]+$/;

/** Undefined for what is not one. */
export function parsePostgresUrl(text: string): PostgresAddress | undefined {
	const url = URL.parse(text);
	if (!url || !/^postgres(ql)?:$/.test(url.protocol) || url.hash) return undefined;
	const { sslmode = "require", ...others } = Object.fromEntries(url.searchParams);
	const database = decoded(url.pathname.slice(1));
	const user = decoded(url.username);
	const password = decoded(url.password);
	if (!["disable", "require", "verify-full"].includes(sslmode) || Object.keys(others).length > 0) return undefined;
	if (!oneHost.test(url.hostname) || !user || password === undefined || !database) return undefined;
	const port = Number(url.port || 5432);
	return { host: url.hostname, port, user, password, database, tls: sslmode !== "disable" };
}

/** What is sent in the start-up message ends at a zero byte. */
function decoded(part: string): string | undefined {
	try {
		const text = decodeURIComponent(part);
		return text.includes("\0") ? undefined : text;
	} catch {
		return undefined;
	}
}
