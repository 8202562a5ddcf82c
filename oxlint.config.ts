/** Lint rules; the import law of the architecture is generated in `scripts/import-law.ts`. */
import { defineConfig } from "oxlint";
import { importLaw } from "./scripts/import-law.ts";

export default defineConfig({
	plugins: ["typescript", "unicorn", "oxc", "import"],
	categories: { correctness: "error", suspicious: "error" },
	ignorePatterns: ["**/env.d.ts"],
	options: { typeAware: true },
	rules: {
		"import/no-cycle": "error",
		"typescript/no-floating-promises": "error",
		"typescript/consistent-type-imports": "error",
		"eslint/eqeqeq": ["error", "always", { null: "ignore" }],
		// TypeScript's noImplicitReturns knows better which functions return a value.
		"typescript/consistent-return": "off",
		// Narrowing what JSON.parse or a row of SQL returned is what an assertion is for.
		"typescript/no-unsafe-type-assertion": "off",
		// Objects of functions (stores, routers, actors) are taken apart here; classes are few.
		"typescript/unbound-method": "off",
		"typescript/no-base-to-string": "off",
		// `fc.assert` and the like are how a library's documentation writes it.
		"import/no-named-as-default-member": "off",
		// A named inner function stands where it is used; the inner of two equal names is meant.
		"unicorn/consistent-function-scoping": "off",
		"eslint/no-shadow": "off",
		// [...cursor] reads the rows of a SQL cursor into an array.
		"unicorn/no-useless-spread": "off",
	},
	overrides: importLaw(),
});
