/** Model names as clients write them: `provider/model`, or a plain name whose first letters tell the provider. */

import { AppError } from "#core/errors";

interface ModelName {
	/** A kind of provider, the name of one that a user added, or `local`. */
	provider: string;
	/** The name as the provider knows it; it may contain slashes. */
	modelId: string;
}

/** What a provider may be called. `local` is taken by the built-in stand-ins. */
export const providerNamePattern = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** Some SDKs put the id into a URL path as it is, so nothing that a URL parser treats specially gets through. */
const modelIdPattern = /^[\w@][\w@.:+-]*(?:\/[\w@][\w@.:+-]*)*$/;
const maxLength = 256;

const plainNames: [pattern: RegExp, provider: string][] = [
	[/^@(?:cf|hf)\//, "workers-ai"],
	[/^(?:gpt-|ft:gpt-|chatgpt-|codex-|o\d)[^/]*$/i, "openai"],
	[/^claude-[^/]*$/i, "anthropic"],
	[/^(?:gemini-|gemma-)[^/]*$/i, "google"],
];

/** @throws {AppError} `invalid_input` for a name that is malformed, or plain and of no known family. */
export function resolveModelName(name: string): ModelName {
	const plain = plainNames.find(([pattern]) => pattern.test(name));
	if (plain) return { provider: plain[1], modelId: checkModelId(name) };

	const slash = name.indexOf("/");
	const provider = name.slice(0, Math.max(slash, 0));
	if (!providerNamePattern.test(provider)) {
		throw new AppError(
			"invalid_input",
			`The model "${shorten(name)}" is not known by that name; write "provider/model".`,
		);
	}
	return { provider, modelId: checkModelId(name.slice(slash + 1)) };
}

function checkModelId(modelId: string): string {
	if (modelId.length <= maxLength && modelIdPattern.test(modelId)) return modelId;
	throw new AppError("invalid_input", `"${shorten(modelId)}" cannot be the name of a model.`);
}

function shorten(text: string): string {
	return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
