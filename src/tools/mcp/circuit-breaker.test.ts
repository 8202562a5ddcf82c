import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type CircuitBreaker, circuitBreaker } from "./circuit-breaker.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Values as a Durable Object keeps them. */
function newStorage(): SyncKvStorage {
	const values = new Map<string, unknown>();
	return {
		get: (key: string) => structuredClone(values.get(key)) as never,
		put: (key: string, value: unknown) => void values.set(key, structuredClone(value)),
		delete: (key: string) => values.delete(key),
		list: () => values.entries() as never,
	};
}

function fail(circuit: CircuitBreaker, times: number): void {
	for (let i = 0; i < times; i++) circuit.failed();
}

test("opens after five failures in a row, not before", () => {
	const circuit = circuitBreaker(newStorage());
	fail(circuit, 4);
	circuit.succeeded();
	fail(circuit, 4);
	expect(() => circuit.pass()).not.toThrow();
	circuit.failed();
	expect(circuit.state).toBe("open");
	expect(() => circuit.pass()).toThrow(
		expect.objectContaining({ code: "service_unavailable", details: { retryAfter: 1 } }),
	);
});

test("lets one call through after its pause, and closes where that succeeds", () => {
	const circuit = circuitBreaker(newStorage());
	fail(circuit, 5);
	vi.advanceTimersByTime(1_000);
	expect(circuit.state).toBe("half_open");
	circuit.pass();
	expect(() => circuit.pass()).toThrow();
	circuit.succeeded();
	expect(circuit.state).toBe("closed");
	expect(() => circuit.pass()).not.toThrow();
});

test("pauses twice as long after each failure, up to a minute", () => {
	const circuit = circuitBreaker(newStorage());
	fail(circuit, 4);
	const pauses = Array.from({ length: 9 }, () => {
		circuit.failed();
		return circuit.retryAfter;
	});
	expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

test("is as it was after its object was evicted", () => {
	const storage = newStorage();
	fail(circuitBreaker(storage), 5);
	expect(circuitBreaker(storage).state).toBe("open");
	circuitBreaker(storage).reset();
	expect(circuitBreaker(storage).state).toBe("closed");
});
