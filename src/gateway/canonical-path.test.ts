import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalUrl } from "./canonical-path.ts";

describe("safety: path tricks", () => {
	test.each([
		["http://h/api/v1/agents?a=%2F#x", "/api/v1/agents", "?a=%2F"],
		["http://h/api/v1/%61gents", "/api/v1/agents", ""],
		["http://h/%61pi/v1/%7Eme", "/api/v1/~me", ""],
		["http://h/a%20b%c3%a9", "/a%20b%C3%A9", ""],
		["http://h", "/", ""],
		["http://h/a?b//..", "/a", "?b//.."],
	])("%s is %s%s", (url, path, search) => {
		expect(canonicalUrl(url)).toEqual({ path, search });
	});

	test.each([
		"http://h//api/v1/agents",
		"http://h/api//v1",
		"http://h/api/v1/..%2fusers",
		"http://h/api/v1/%2e%2e/users",
		"http://h/api/v1/%2e",
		"http://h/api/v1/./users",
		"http://h/api/v1/x/..",
		"http://h/api/v1\\users",
		"http://h/api/v1/%5Cusers",
		"http://h/api/v1/x%00",
		"http://h/api/v1/%zz",
		"http://h/api/v1/%",
		"http://h/api/v1/%252e%2e",
	])("%s is nothing, or no dot segment", (url) => {
		const canonical = canonicalUrl(url);
		if (canonical) expect(canonical.path).toMatch(/%25/);
	});

	test("what is canonical stays as it is", () => {
		fc.assert(
			fc.property(fc.webPath(), (path) => {
				const once = canonicalUrl(`http://h/${path}`);
				if (once) expect(canonicalUrl(`http://h${once.path}`)?.path).toBe(once.path);
			}),
		);
	});
});
