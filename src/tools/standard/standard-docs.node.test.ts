import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fileTools } from "./file/file-tools.ts";
import { mathTools } from "./math/math-tools.ts";
import { utilityTools } from "./utility/utility-tools.ts";
import { webTools } from "./web/web-tools.ts";

test("docs/tools.md lists every standard tool, and no other", () => {
	const documented = readFileSync("docs/tools.md", "utf8").matchAll(/^\| `(\w+)` +\|.*\| +(yes)? *\|$/gm);
	const tools = [...mathTools, ...utilityTools, ...webTools({}), ...fileTools({} as never)];
	expect(new Map([...documented].map(([, id, writes]) => [id, writes === "yes"]))).toEqual(
		new Map(tools.map(({ id, writes }) => [id, writes])),
	);
});
