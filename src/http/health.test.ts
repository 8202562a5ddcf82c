import { expect, test, vi } from "vitest";
import { version } from "#core/version";
import { answerHealth } from "./health.ts";

test("is healthy where every dependency answers", async () => {
	const response = await answerHealth("test", { database: async () => 1, queue: async () => undefined });
	expect(response.status).toBe(200);
	expect(await response.json()).toMatchObject({
		status: "healthy",
		service: "test",
		version,
		uptime: expect.any(Number),
		dependencies: { database: { status: "healthy" }, queue: { status: "healthy" } },
	});
});

test("names the dependency that fails, without its error", async () => {
	const logged = vi.spyOn(console, "error").mockReturnValue();
	const response = await answerHealth("test", {
		database: () => Promise.reject(new Error("password=hunter2")),
		queue: async () => 1,
	});
	expect(response.status).toBe(503);
	const text = await response.text();
	expect(text).not.toContain("hunter2");
	expect(JSON.parse(text)).toMatchObject({
		status: "unhealthy",
		dependencies: { database: { status: "unhealthy" }, queue: { status: "healthy" } },
	});
	logged.mockRestore();
});

test("does not wait for a dependency that hangs, nor trip over one that throws at once", async () => {
	const logged = vi.spyOn(console, "error").mockReturnValue();
	vi.useFakeTimers();
	const answer = answerHealth("test", {
		hangs: () => new Promise(() => {}),
		throws: () => {
			throw new Error("at once");
		},
	});
	await vi.advanceTimersByTimeAsync(2_000);
	expect(await (await answer).json()).toMatchObject({
		dependencies: { hangs: { status: "unhealthy", latencyMs: 2_000 }, throws: { status: "unhealthy" } },
	});
	vi.useRealTimers();
	logged.mockRestore();
});
