/** One project a Worker, run inside workerd with that Worker's own bindings, and one in plain Node. */
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const domains = ["agents", "orchestrator", "rag", "tools", "sqltool", "workflow-engine", "observability"];

export default defineConfig({
	test: {
		projects: [
			...domains.map((domain) => ({
				plugins: [cloudflareTest({ wrangler: { configPath: `workers/${domain}/wrangler.toml` } })],
				test: { name: domain, include: [`{src,workers}/${domain}/**/*.test.ts`], exclude: ["**/*.node.test.ts"] },
			})),
			{
				test: { name: "node", include: ["**/*.node.test.ts"], exclude: ["node_modules/**"] },
			},
		],
	},
});
