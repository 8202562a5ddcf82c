/** All standard tools of a deployment, by id. */
import { madeOnce } from "#core/made-once";
import { fileTools } from "./standard/file/file-tools.ts";
import { FileStore } from "./standard/file/file-store.ts";
import { mathTools } from "./standard/math/math-tools.ts";
import type { StandardTool } from "./standard/standard-tool.ts";
import { utilityTools } from "./standard/utility/utility-tools.ts";
import { webTools } from "./standard/web/web-tools.ts";
import { type SearchEnv, searchSettings } from "./search-settings.ts";

type Env = Pick<ToolsEnv, "FILES"> & SearchEnv;

/** They hold nothing of a request. */
export const standardToolsOf = madeOnce((env: Env): ReadonlyMap<string, StandardTool> => {
	const tools = [
		...mathTools,
		...utilityTools,
		...webTools({ search: searchSettings(env) }),
		...fileTools(new FileStore(env.FILES)),
	];
	return new Map(tools.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map((tool) => [tool.id, tool]));
});
