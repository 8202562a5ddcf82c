/** Calls a tool in a test as the platform does: input and output go through its schemas. */
import { asAppError, type ErrorCode } from "#core/errors";
import type { StandardTool, ToolScope } from "./standard-tool.ts";

const scope = { now: () => new Date("2026-05-04T10:00:00Z") } as ToolScope;

export async function call(tool: StandardTool, input: Record<string, unknown>): Promise<unknown> {
	return tool.output.parse(await tool.run(tool.input.parse(input) as never, scope));
}

/** Of the AppError it throws; "bug" for any other error, also an input that its schema refuses. */
export async function codeOf(
	tool: StandardTool,
	input: Record<string, unknown>,
): Promise<ErrorCode | "bug" | undefined> {
	try {
		await call(tool, input);
		return undefined;
	} catch (error) {
		return asAppError(error)?.code ?? "bug";
	}
}
