import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { importLaw } from "./import-law.ts";
import { runTool } from "./run-tool.ts";

/** File → what it imports. */
const allowed = {
	"workers/tools/index.ts": "#tools/verb",
	"workers/tools/context.ts": "#http/app",
	"workers/tools/a.ts": "#core/ids",
	"workers/tools/b.ts": "#run/run-log",
	"workers/tools/c.ts": "#models/model",
	"workers/tools/d.ts": "#rag/client",
	"workers/tools/e.ts": "#rag/schema",
	"workers/tools/routes/f.ts": "./app.ts",
	"workers/tools/routes/g.ts": "hono",
	"src/tools/verb.ts": "./store.ts",
	"src/tools/a.ts": "#tools/mcp/codec",
	"src/tools/b.ts": "#jsonrpc/envelope",
	"src/tools/c.ts": "#rag/client",
	"src/tools/d.ts": "#workflow-engine/schema",
	"src/tools/e.test.ts": "../../test/support/server.ts",
	"src/http/app.ts": "hono",
	"src/http/a.ts": "#core/ids",
	"src/run/run-log.ts": "#core/ids",
	"src/core/ids.ts": "./clock.ts",
};

const forbidden = {
	"workers/tools/store.ts": "#rag/store",
	"workers/tools/agents.ts": "#agents/execute",
	"workers/tools/jsonrpc.ts": "#jsonrpc/envelope",
	"workers/tools/sibling.ts": "../rag/context.ts",
	"workers/tools/routes/context.ts": "../context.ts",
	"workers/tools/routes/up.ts": "../../../src/tools/verb.ts",
	"src/tools/other-store.ts": "#rag/store",
	"src/tools/deep-client.ts": "#rag/deep/client",
	"src/tools/http.ts": "#http/problem",
	"src/tools/hono.ts": "hono",
	"src/tools/hono-part.ts": "hono/http-exception",
	"src/tools/hono-openapi.ts": "@hono/zod-openapi",
	"src/tools/up.ts": "../rag/store.ts",
	"src/tools/up.test.ts": "../rag/store.ts",
	"src/http/domain.ts": "#tools/schema",
	"src/http/run.ts": "#run/run-log",
	"src/run/http.ts": "#http/app",
	"src/models/run.ts": "#run/run-log",
	"src/core/run.ts": "#run/run-log",
	"src/core/client.ts": "#tools/client",
};

let project: string;
let report: string;

beforeAll(async () => {
	project = mkdtempSync(join(tmpdir(), "import-law-"));
	write("package.json", JSON.stringify({ type: "module", imports: { "#*": "./src/*.ts" } }));
	write(
		".oxlintrc.json",
		JSON.stringify({ plugins: ["import"], rules: { "import/no-cycle": "error" }, overrides: importLaw() }),
	);
	for (const [path, specifier] of Object.entries({ ...allowed, ...forbidden })) {
		write(path, `import { one } from "${specifier}";\n\none();\n`);
	}
	write("src/rag/one.ts", 'import { two } from "./two.ts";\n\nexport const one = () => two;\n');
	write("src/rag/two.ts", 'import { one } from "#rag/one";\n\nexport const two = () => one;\n');
	write("src/rag/reexport.ts", 'export { secret } from "#tools/store";\n');
	write("src/rag/dynamic.ts", 'export const load = () => import("#tools/store");\n');
	const { output } = await runTool("oxlint", ["--config", join(project, ".oxlintrc.json"), "-f", "unix", project]);
	report = output;
});

afterAll(() => rmSync(project, { recursive: true }));

test.each(Object.entries(allowed))("%s may import %s", (path) => {
	expect(report).not.toContain(`/${path}:`);
});

test.each(Object.entries(forbidden))("%s may not import %s", (path) => {
	expect(report).toMatch(new RegExp(`/${path}:.*no-restricted-imports`));
});

test.each(["src/rag/reexport.ts", "src/rag/dynamic.ts"])("a re-export and a dynamic import count: %s", (path) => {
	expect(report).toMatch(new RegExp(`/${path}:.*no-restricted-imports`));
});

test("a cycle is found, through # as well", () => {
	expect(report).toMatch(/\/src\/rag\/one\.ts:.*no-cycle/);
});

function write(path: string, content: string): void {
	mkdirSync(dirname(join(project, path)), { recursive: true });
	writeFileSync(join(project, path), content);
}
