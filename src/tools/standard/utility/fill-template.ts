/** `text_template`: a text whose placeholders are filled in. */
import { z } from "zod";
import { AppError } from "#core/errors";
import { standardTool } from "#tools/standard/standard-tool";
import { isBounded } from "./bounded-json.ts";
import { Text } from "./text-value.ts";

const maximumResult = 500_000;
/** Of bounded length and without braces inside, so that searching never goes back far. */
const placeholder = /\{\{([^{}]{1,200})\}\}/g;

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export const fillTemplate = standardTool({
	id: "text_template",
	name: "Fill template",
	description:
		"Puts values into a text: {{name}} and {{customer.city}} are replaced. Nothing else is interpreted: no conditions, no " +
		"code. Objects and lists are written as JSON.",
	category: "utility",
	writes: false,
	input: z.strictObject({
		template: Text.meta({ description: "The text with placeholders.", examples: ["Dear {{customer.name}},"] }),
		values: z
			.record(z.string().max(200), z.unknown())
			.refine(isBounded, "Too large or too deeply nested.")
			.meta({ description: "What the placeholders mean.", examples: [{ customer: { name: "Ada" } }] }),
		missing: z
			.enum(["error", "keep", "empty"])
			.default("error")
			.meta({ description: "What to do with a placeholder that has no value." }),
		escape: z.enum(["none", "html"]).default("none").meta({ description: "How values are escaped." }),
	}),
	output: z.object({
		text: z.string(),
		missing: z.array(z.string()).meta({ description: "Placeholders without a value." }),
	}),
	examples: [
		{
			title: "A letter",
			input: {
				template: "Dear {{ customer.name }}, your {{items.0}} costs {{price}} €.",
				values: { customer: { name: "Ada" }, items: ["engine"], price: 42 },
			},
			output: { text: "Dear Ada, your engine costs 42 €.", missing: [] },
		},
		{
			title: "Something is missing",
			input: { template: "Hello {{name}}", values: {}, missing: "keep" },
			output: { text: "Hello {{name}}", missing: ["name"] },
		},
	],
	run({ template, values, missing: whenMissing, escape }) {
		const missing = new Set<string>();
		let length = template.length;
		const text = template.replace(placeholder, (whole, inner: string) => {
			const path = inner.trim();
			const value = valueAt(values, path.split("."));
			if (value === undefined) {
				missing.add(path);
				return whenMissing === "keep" ? whole : "";
			}
			const written = escape === "html" ? escaped(textOf(value)) : textOf(value);
			length += written.length;
			if (length > maximumResult) throw new AppError("limit_exceeded", "The text becomes too long.");
			return written;
		});
		if (missing.size > 0 && whenMissing === "error") {
			throw new AppError("invalid_input", `No value for: ${[...missing].join(", ").slice(0, 500)}.`);
		}
		return { text, missing: [...missing] };
	},
});

/** Own properties only: `{{constructor.name}}` is no value. */
function valueAt(value: unknown, path: string[]): unknown {
	const [name, ...rest] = path;
	if (name === undefined) return value;
	if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
	return valueAt((value as Record<string, unknown>)[name], rest);
}

function textOf(value: unknown): string {
	return typeof value === "string" ? value : JSON.stringify(value);
}

function escaped(text: string): string {
	return text.replace(/[&<>"']/g, (character) => entities[character]!);
}
