import { expect, test } from "vitest";
import { AppError, errorCodes } from "#core/errors";
import { ProblemSchema } from "./problem-schema.ts";
import { problemResponse, statusOf } from "./problem.ts";

test.each(errorCodes)("%s is a problem document of its documented shape", async (code) => {
	const details = { fields: [{ pointer: "/name", detail: "too long" }] };
	const response = problemResponse(new AppError(code, "Because.", { details }), "trace");
	expect(response.status).toBe(statusOf(code));
	expect(response.headers.get("content-type")).toBe("application/problem+json");
	const problem = ProblemSchema.strict().parse(await response.json());
	expect(problem).toMatchObject({ code, status: response.status, detail: "Because.", traceId: "trace" });
	expect(problem).toMatchObject({
		error: problem.title,
		type: `urn:agentic-edge:problem:${code}`,
		errors: details.fields,
	});
});

test("says when to try again, in whole seconds", () => {
	const { headers } = problemResponse(new AppError("rate_limited", "Slow.", { details: { retryAfter: 0.2 } }));
	expect(headers.get("retry-after")).toBe("1");
});

test("a 401 names the scheme (RFC 9110 §11.6.1)", () => {
	const { headers } = problemResponse(new AppError("unauthenticated", "Who?"));
	expect(headers.get("www-authenticate")).toMatch(/^Bearer /);
});

test("keeps the cause to itself", async () => {
	const cause = new Error("SELECT secret FROM users");
	const text = await problemResponse(new AppError("internal_error", "Oops.", { cause })).text();
	expect(text).not.toContain("secret");
});
