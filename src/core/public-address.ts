/** Which IP addresses are on the public internet: global unicast by IANA's special-purpose registries, and nothing else. */

import ipaddr from "ipaddr.js";
import { madeOnce } from "./made-once.ts";

/** All of IPv6 that is handed out; ipaddr.js calls the unassigned rest "unicast" as well. */
const globalUnicast = ipaddr.parseCIDR("2000::/3");
/** Azure's virtual host answers guests here, on an address that looks public. */
const metadata = new Set(["168.63.129.16"]);

/**
 * False for private, loopback, link-local, carrier-grade NAT, multicast, metadata and reserved addresses, and for all
 * IPv6 forms that carry an IPv4 address (mapped, NAT64, 6to4, Teredo), whichever address that is.
 */
export function isPublicAddress(address: string): boolean {
	if (!ipaddr.isValid(address)) return false;
	const ip = ipaddr.parse(address);
	if (ip.range() !== "unicast" || metadata.has(ip.toString())) return false;
	return ip.kind() === "ipv4" || ip.match(globalUnicast);
}

export function isAddress(text: string): boolean {
	return ipaddr.isValid(text);
}

/** Whether one of the addresses or CIDR ranges in `list` holds the address; other entries, such as names, never match. */
export function isInRanges(address: string, list: readonly string[]): boolean {
	if (!ipaddr.isValid(address)) return false;
	const ip = ipaddr.parse(address);
	return rangesOf(list).some((range) => range[0].kind() === ip.kind() && ip.match(range));
}

/** Of a list that is the same for every call. */
const rangesOf = madeOnce((list: readonly string[]) => list.map(parseRange).filter((range) => range !== undefined));

function parseRange(entry: string): ReturnType<typeof ipaddr.parseCIDR> | undefined {
	if (ipaddr.isValidCIDR(entry)) return ipaddr.parseCIDR(entry);
	if (!ipaddr.isValid(entry)) return undefined;
	const ip = ipaddr.parse(entry);
	return [ip, ip.kind() === "ipv4" ? 32 : 128];
}
