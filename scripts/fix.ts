/** `npm run fix`: mends what can be mended without a person. */
import { runTool } from "./run-tool.ts";
import { runCommand, SetupError } from "./setup-error.ts";

await runCommand(async () => {
	const lint = await runTool("oxlint", ["--fix"]);
	await runTool("oxfmt", []);
	if (lint.code !== 0) throw new SetupError(lint.output.trim());
});
