import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isInRanges, isPublicAddress } from "./public-address.ts";

const refused = [
	["0.0.0.0", "this host"],
	["10.1.2.3", "private"],
	["100.64.0.1", "carrier-grade NAT"],
	["100.100.100.200", "metadata of Alibaba Cloud"],
	["127.0.0.1", "loopback"],
	["168.63.129.16", "metadata of Azure"],
	["169.254.169.254", "metadata of most clouds"],
	["172.31.255.255", "private"],
	["192.0.0.192", "metadata of Oracle Cloud"],
	["192.168.1.1", "private"],
	["198.18.0.1", "benchmarking"],
	["224.0.0.1", "multicast"],
	["255.255.255.255", "broadcast"],
	["::", "unspecified"],
	["::1", "loopback"],
	["::7f00:1", "IPv4-compatible"],
	["::ffff:7f00:1", "IPv4-mapped"],
	["::ffff:8.8.8.8", "IPv4-mapped, though public"],
	["64:ff9b::7f00:1", "NAT64"],
	["64:ff9b:1::a00:1", "local NAT64"],
	["100::1", "discard"],
	["2001:0:7f00:1::1", "Teredo"],
	["2001:db8::1", "documentation"],
	["2002:7f00:1::1", "6to4"],
	["4000::1", "not assigned"],
	["fd00:ec2::254", "metadata of AWS"],
	["fe80::1", "link-local"],
	["fec0::1", "site-local"],
	["ff02::1", "multicast"],
	["example.com", "a name"],
	["", "nothing"],
] as const;

describe("isPublicAddress", () => {
	it.each(refused)("%s is not public: %s", (address) => {
		expect(isPublicAddress(address)).toBe(false);
	});

	it.each(["1.1.1.1", "8.8.8.8", "172.32.0.1", "2606:4700::1111", "2a00:1450:4001::1"])("%s is public", (address) => {
		expect(isPublicAddress(address)).toBe(true);
	});

	it("judges no IPv6 form of an IPv4 address as public", () => {
		fc.assert(
			fc.property(fc.ipV4(), fc.constantFrom("::", "::ffff:", "64:ff9b::", "::ffff:0:"), (ip, prefix) => {
				expect(isPublicAddress(prefix + ip)).toBe(false);
			}),
		);
	});

	it("answers for any text", () => {
		fc.assert(fc.property(fc.oneof(fc.string(), fc.ipV6(), fc.ipV4Extended()), (text) => void isPublicAddress(text)));
	});
});

describe("isInRanges", () => {
	it.each([
		["127.0.0.1", ["127.0.0.0/8"], true],
		["127.0.0.1", ["localhost", "::1", "127.0.0.1"], true],
		["::1", ["::1"], true],
		["fd00::5", ["fd00::/8"], true],
		["128.0.0.1", ["127.0.0.0/8"], false],
		["::ffff:127.0.0.1", ["127.0.0.0/8"], false],
		["localhost", ["localhost"], false],
		["127.0.0.1", [], false],
		["127.0.0.1", ["127.0.0.0/99", "nonsense"], false],
	] as const)("%s in %j: %s", (address, list, expected) => {
		expect(isInRanges(address, list)).toBe(expected);
	});
});
