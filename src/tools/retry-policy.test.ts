import { describe, expect, test } from "vitest";
import { AppError, type ErrorCode } from "#core/errors";
import type { CallableTool } from "./callable-tool.ts";
import { maxCallAttempts, retryDelay } from "./retry-policy.ts";

const custom = { type: "custom", writes: true } as CallableTool;
const remoteRead = { type: "mcp", writes: false } as CallableTool;
const remoteWrite = { type: "mcp", writes: true } as CallableTool;

describe("a failed call", () => {
	test.each<[ErrorCode, CallableTool | undefined, boolean]>([
		["service_unavailable", custom, true],
		["bad_gateway", custom, true],
		["gateway_timeout", custom, true],
		["rate_limited", custom, true],
		["internal_error", undefined, true],
		["tool_failed", custom, false],
		["tool_timeout", custom, false],
		["tool_timeout", remoteRead, false],
		["invalid_input", custom, false],
		["address_not_allowed", custom, false],
		["not_found", undefined, false],
		["bad_gateway", remoteRead, true],
		["bad_gateway", remoteWrite, false],
		["gateway_timeout", remoteWrite, false],
		["internal_error", remoteWrite, false],
		["service_unavailable", remoteWrite, true],
		["rate_limited", remoteWrite, true],
	])("by %s is made again or not", (code, tool, isRepeated) => {
		expect(retryDelay(new AppError(code, "No."), tool, 1) !== undefined).toBe(isRepeated);
	});

	test("by what nobody expected is made again", () => {
		expect(retryDelay(new TypeError("undefined is not a function"), custom, 1)).toBeDefined();
	});

	test("has no attempt beyond the last", () => {
		const error = new AppError("bad_gateway", "No.");
		expect(retryDelay(error, custom, maxCallAttempts - 1)).toBeDefined();
		expect(retryDelay(error, custom, maxCallAttempts)).toBeUndefined();
	});

	test("waits for as long as it was told, up to a minute", () => {
		const told = (retryAfter: number) => new AppError("rate_limited", "Slow.", { details: { retryAfter } });
		expect(retryDelay(told(20), custom, 1)).toBe(20_000);
		expect(retryDelay(told(0), custom, 1)).toBeLessThanOrEqual(1_000);
		expect(retryDelay(told(86_400), custom, 1)).toBe(60_000);
	});
});
