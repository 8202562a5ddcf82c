import fc from "fast-check";
import { expect, test } from "vitest";
import { homeOf, newRunId } from "./run-id.ts";

test("a run's id names its home, whatever the home is called", () => {
	fc.assert(
		fc.property(fc.stringMatching(/^[0-9A-Za-z]{1,64}$/), (home) => {
			expect(homeOf(newRunId(home))).toBe(home);
		}),
	);
});

test("no two runs share an id", () => {
	expect(new Set(Array.from({ length: 1_000 }, () => newRunId("home"))).size).toBe(1_000);
});

test("what is no run id has no home", () => {
	const notFound = expect.objectContaining({ code: "not_found" });
	const token = newRunId("home").slice("run_home-".length);
	for (const id of ["", "run_", "home", `run_-${token}`, `run_a.b-${token}`, `run_home-${token}x`, `x_home-${token}`]) {
		expect(() => homeOf(id), id).toThrow(notFound);
	}
	expect(() => homeOf(`run_${"h".repeat(65)}-${token}`)).toThrow(notFound);
	fc.assert(
		fc.property(fc.string(), (id) => {
			expect(() => homeOf(id)).toThrow(notFound);
		}),
	);
});
