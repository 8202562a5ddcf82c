/** The hosts that a custom tool may call: their names as its owner gave them, with a port where it is not the usual one. */
import { checkUrl, type EgressPolicy, isAllowListed } from "#core/egress";
import { AppError } from "#core/errors";

/** Any public address: a name is not looked up when it is declared, but at every call. */
const lookedUpLater = async () => ["1.1.1.1"];

/**
 * Throws `invalid_input` for what is no name of a host as URLs have it, and `address_not_allowed` for what is known not
 * to be public.
 */
export async function checkHosts(hosts: string[], egress: EgressPolicy): Promise<void> {
	const fields = hosts.flatMap((host, i) => {
		const read = URL.parse(`https://${host}/`)?.host;
		if (read === host) return [];
		return [{ pointer: `/hosts/${i}`, detail: read ? `must be written as "${read}"` : "must be the name of a host" }];
	});
	if (fields.length > 0) throw new AppError("invalid_input", "A host is not a name.", { details: { fields } });
	for (const host of hosts) await checkUrl(`https://${host}/`, { ...egress, resolve: lookedUpLater });
}

/**
 * The URL, where it names a declared host over TLS; without TLS only hosts that the deployment itself allows are called.
 * Throws `address_not_allowed`, which names the host alone.
 */
export function declaredUrl(url: URL | null, hosts: readonly string[], egress: EgressPolicy): URL {
	if (!url) throw refused("The address is not a valid URL.");
	if (!hosts.includes(url.host)) throw refused(`The tool does not declare the host "${url.host}".`);
	if (isSafe(url, egress)) return url;
	throw refused(`The host "${url.host}" is called by https only.`);
}

/** The same for where a server redirects to; its message has nothing of the address, which may repeat a secret. */
export function redirectedUrl(url: URL | null, hosts: readonly string[], egress: EgressPolicy): URL {
	if (url && hosts.includes(url.host) && isSafe(url, egress)) return url;
	throw refused("The server redirects to a host that the tool does not declare, or not by https.");
}

function isSafe(url: URL, egress: EgressPolicy): boolean {
	return url.protocol === "https:" || (url.protocol === "http:" && isAllowListed(url, egress));
}

function refused(message: string): AppError {
	return new AppError("address_not_allowed", message);
}
