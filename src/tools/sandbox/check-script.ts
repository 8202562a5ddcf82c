/** Says whether a script can be saved: it parses, loads within a moment, and exports exactly one function. */
import { AppError } from "#core/errors";
import { execute } from "./execute.ts";

export const maxSourceBytes = 100_000;
/** Milliseconds of computing; the rest is for waiting until others have computed. */
const loadMs = 250;
const timeoutMs = 5_000;

/** @throws {AppError} `invalid_input` for the field `/source`, with the line where the engine knows it. */
export async function checkScript(source: string): Promise<void> {
	if (new TextEncoder().encode(source).length > maxSourceBytes)
		throw invalidSource(`The script is larger than ${maxSourceBytes} bytes.`);
	const options = {
		timeoutMs,
		cpuMs: loadMs,
		maxLogBytes: 0,
		now: Date.now(),
		signal: new AbortController().signal,
	};
	const { ending } = await execute(source, { name: "check" }, options).catch(loadingFailed);
	if (!("error" in ending)) return;
	const { name, message, line } = ending.error;
	throw invalidSource(`${name}${line ? ` in line ${line}` : ""}: ${message}`);
}

function loadingFailed(error: unknown): never {
	if (error instanceof AppError && (error.code === "limit_exceeded" || error.code === "tool_timeout"))
		throw invalidSource(`When it is loaded, before its function is called: ${error.message}`);
	throw error;
}

export function invalidSource(detail: string): AppError {
	return new AppError("invalid_input", "The script cannot be used.", {
		details: { fields: [{ pointer: "/source", detail }] },
	});
}
