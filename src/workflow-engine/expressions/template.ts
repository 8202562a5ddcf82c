/**
 * References in JSON: each `{{ … }}` in a text of it is a CEL expression. A text that is nothing else takes the value
 * with its type; in any other text the value is written out.
 */
import { AppError, asAppError, type FieldError } from "#core/errors";
import { expressionBudget } from "./evaluation.ts";
import { checkExpression, evaluateWithin } from "./expression.ts";
import { hasExpressions, templateParts } from "./template-parts.ts";
import { pointerOf, textsIn } from "./template-texts.ts";

/** Of the filled template, in characters, roughly. */
const maximumSize = 1_000_000;
const maximumDepth = 200;
/** Of an expression in an error's message. */
const maximumShown = 100;

/**
 * The template itself where it has no reference. Throws `invalid_input` naming the expression that fails,
 * `limit_exceeded` where the expressions take too much or the result becomes larger than a million characters.
 */
export function fill(template: unknown, scope: Record<string, unknown>): unknown {
	if (!hasReferences(template)) return template;
	const budget = expressionBudget();
	let written = 0;
	return filled(template, 0);

	function filled(value: unknown, depth: number): unknown {
		if (depth > maximumDepth) throw new AppError("limit_exceeded", "The template is nested too deeply.");
		if (typeof value === "string") return filledText(value);
		count(1);
		if (typeof value !== "object" || value === null) return value;
		if (Array.isArray(value)) return value.map((item) => filled(item, depth + 1));
		// Not by assignment: `__proto__` may be a key.
		return Object.fromEntries(Object.entries(value).map(([key, child]) => [counted(key), filled(child, depth + 1)]));
	}

	function filledText(text: string): unknown {
		if (!hasExpressions(text)) return counted(text);
		const parts = templateParts(text);
		const [first] = parts;
		if (parts.length === 1 && first && "expression" in first) {
			const value = valueOf(first.expression);
			count(budget.sizeOf(value));
			return value;
		}
		return parts.map((part) => counted("text" in part ? part.text : asText(valueOf(part.expression)))).join("");
	}

	function valueOf(expression: string): unknown {
		return naming(expression, () => evaluateWithin(budget, expression, scope));
	}

	function counted(text: string): string {
		count(text.length);
		return text;
	}

	function count(size: number): void {
		written += size;
		if (written > maximumSize) throw new AppError("limit_exceeded", "The filled template becomes too large.");
	}
}

/** All that is wrong, with JSON pointers; `roots` are the names that expressions may take. */
export function checkTemplate(template: unknown, roots: readonly string[]): FieldError[] {
	const problems: FieldError[] = [];
	for (const { text, path } of textsIn(template)) {
		const check = (test: () => void) => {
			try {
				test();
			} catch (failure) {
				problems.push({ pointer: pointerOf(path), detail: expected(failure).message });
			}
		};
		check(() => {
			for (const source of expressionsOf(text)) check(() => naming(source, () => checkExpression(source, roots)));
		});
	}
	return problems;
}

/** The sources of all expressions, in their order. Throws `invalid_input` for a `{{` that is not closed. */
export function expressionsIn(template: unknown): string[] {
	return [...textsIn(template)].flatMap(({ text }) => expressionsOf(text));
}

function hasReferences(template: unknown): boolean {
	for (const { text } of textsIn(template)) if (hasExpressions(text)) return true;
	return false;
}

function expressionsOf(text: string): string[] {
	return templateParts(text).flatMap((part) => ("expression" in part ? [part.expression] : []));
}

/** A template has many expressions: its errors start with the one that they are about. */
function naming<T>(expression: string, work: () => T): T {
	try {
		return work();
	} catch (failure) {
		const { code, message } = expected(failure);
		const shown = expression.length > maximumShown ? `${expression.slice(0, maximumShown)} …` : expression;
		throw new AppError(code, `{{ ${shown} }}: ${message}`, { cause: failure });
	}
}

function expected(failure: unknown): AppError {
	const error = asAppError(failure);
	if (!error) throw failure;
	return error;
}

function asText(value: unknown): string {
	if (typeof value === "string") return value;
	return value === null ? "" : JSON.stringify(value);
}
