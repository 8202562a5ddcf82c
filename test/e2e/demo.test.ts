import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { root } from "../../scripts/root.ts";

test("npm run demo works on a machine where nothing runs yet", { timeout: 120_000 }, async () => {
	const stateDir = mkdtempSync(join(tmpdir(), "demo-"));
	onTestFinished(() => rmSync(stateDir, { recursive: true, force: true }));
	const { code, output } = await run({ STATE_DIR: stateDir, PORT: "0" });
	expect(output).toContain("All of it worked.");
	for (const line of [
		"signed in",
		"answered",
		"cut off",
		"resumed",
		"cancelled",
		"solar-kettle.pdf, page 2, characters",
		"those characters of the text are the excerpt",
		"not in the documents",
		"killed",
		"flowchart TD",
		"401 Authentication required",
	]) {
		expect(output).toContain(line);
	}
	expect(code).toBe(0);
});

async function run(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
	const child = spawn(process.execPath, ["scripts/demo.ts"], {
		cwd: root,
		env: { ...process.env, ...env },
		stdio: ["ignore", "pipe", "pipe"],
	});
	onTestFinished(() => void child.kill());
	let output = "";
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding("utf8").on("data", (chunk: string) => {
			output += chunk;
		});
	}
	const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
	return { code, output };
}
