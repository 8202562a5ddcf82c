/** Copies the static files that the gateway serves from their packages to the folder that its `[assets]` names. */
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./root.ts";
import { SetupError } from "./setup-error.ts";

/** Path under `.build/assets` → file of a package. */
const assets: Record<string, string> = {
	"docs/swagger-ui.css": "swagger-ui-dist/swagger-ui.css",
	"docs/swagger-ui-bundle.js": "swagger-ui-dist/swagger-ui-bundle.js",
	"docs/favicon-32x32.png": "swagger-ui-dist/favicon-32x32.png",
};

export function buildAssets(): void {
	mkdirSync(join(root, ".build", "assets"), { recursive: true });
	for (const [path, specifier] of Object.entries(assets)) {
		const source = join(root, "node_modules", specifier);
		if (!existsSync(source)) throw new SetupError(`${specifier} is missing: run npm ci.`);
		const target = join(root, ".build", "assets", path);
		mkdirSync(dirname(target), { recursive: true });
		copyFileSync(source, target);
	}
}
