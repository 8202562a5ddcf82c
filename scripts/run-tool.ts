/** Runs one of the project's command-line tools and gathers what it prints. */
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { root } from "./root.ts";

export interface ToolResult {
	code: number;
	/** Standard output and error, as they came. */
	output: string;
	/** Standard output alone. */
	stdout: string;
}

const bin = join(root, "node_modules", ".bin");

/** The environment in which tools neither ask, nor colour, nor report their use to anybody. */
export const toolEnvironment = {
	CI: "1",
	NO_COLOR: "1",
	WRANGLER_SEND_METRICS: "false",
	WRANGLER_HIDE_BANNER: "true",
};

export function runTool(command: string, args: string[], env: Record<string, string> = {}): Promise<ToolResult> {
	const child = spawn(join(bin, command), args, {
		cwd: root,
		env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, ...toolEnvironment, ...env },
		stdio: ["ignore", "pipe", "pipe"],
	});
	let output = "";
	let stdout = "";
	child.stdout.setEncoding("utf8").on("data", (text: string) => {
		output += text;
		stdout += text;
	});
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		output += text;
	});
	return new Promise((resolve, reject) => {
		child.once("error", reject);
		child.once("close", (code) => resolve({ code: code ?? 1, output: stripVTControlCharacters(output), stdout }));
	});
}
