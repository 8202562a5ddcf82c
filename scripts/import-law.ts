/**
 * Who may import whom, as overrides of `no-restricted-imports`, generated from the folders of `src` and `workers`.
 *
 * `workers/X` → `src/X`, http, core, run, models, mcp, and of another domain its client and schema. `src/X` → itself, run,
 * models, jsonrpc, mcp, core, and of another domain its client and schema; never hono. http, jsonrpc, mcp, run, models →
 * core → nothing. No path leads upwards, so that an import says where it points without knowing where it stands.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { OxlintOverride } from "oxlint";
import { root } from "./root.ts";

interface Restriction {
	group: string[];
	message: string;
}

const ofOtherDomains = ["*/client", "*/schema"];
const shared = ["jsonrpc", "mcp", "run", "models"];

/** But for a test's, to what tests share, which has no other name. */
const upwards = { group: ["../**"], message: "Write #folder/file: no path leads upwards." };
const upwardsInTests = { ...upwards, group: [...upwards.group, "!../../test/support/**"] };
const hono = { group: ["hono", "hono/**", "@hono/**"], message: "HTTP belongs into workers/ and src/http/." };

export function importLaw(): OxlintOverride[] {
	const domains = foldersOf("workers");
	return [
		...domains.flatMap((domain) =>
			law(`workers/${domain}`, [...folders(domain, "http", "core", "run", "models", "mcp"), ...ofOtherDomains]),
		),
		...domains.flatMap((domain) =>
			law(`src/${domain}`, [...folders(domain, "run", "models", "jsonrpc", "mcp", "core"), ...ofOtherDomains], hono),
		),
		...law("src/http", folders("http", "core")),
		...shared.flatMap((folder) => law(`src/${folder}`, folders(folder, "core"), hono)),
		...law("src/core", folders("core"), hono),
	];
}

/** Everything of ours is forbidden in this folder but what `allowed` names. */
function law(folder: string, allowed: string[], ...more: Restriction[]): OxlintOverride[] {
	const ours = {
		group: ["#*/**", ...allowed.map((pattern) => `!#${pattern}`)],
		message: `${folder} may import of ours: ${allowed.map((pattern) => `#${pattern}`).join(", ")}.`,
	};
	return [
		restrict(`${folder}/**`, [ours, upwards, ...more]),
		restrict(`${folder}/**/{*.test,testing}.ts`, [ours, upwardsInTests, ...more]),
	];
}

function restrict(files: string, patterns: Restriction[]): OxlintOverride {
	return { files: [files], rules: { "no-restricted-imports": ["error", { patterns }] } };
}

function folders(...names: string[]): string[] {
	return names.map((name) => `${name}/**`);
}

function foldersOf(path: string): string[] {
	return readdirSync(join(root, path), { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.map(({ name }) => name);
}
