/** What servers answer about resources and prompts, as the API shows it: what it does not know of is left out. */
import type {
	Client,
	GetPromptResult,
	ReadResourceResult,
	RequestOptions as Options,
	Resource,
} from "@modelcontextprotocol/client";
import { AppError } from "#core/errors";
import { maxAnswerDepth } from "./limits.ts";
import { isNestedDeeper } from "./nesting.ts";
import type { McpPrompts, McpResourceContents, McpResources } from "./schema.ts";

const maxItems = 1_000;

export async function listResources(client: Client, options: Options): Promise<McpResources> {
	if (!client.getServerCapabilities()?.resources) return { resources: [], templates: [] };
	const { resources } = await client.listResources(undefined, options);
	// Many servers know resources but no templates, and say so in several ways.
	const { resourceTemplates } = await client.listResourceTemplates(undefined, options).catch((error: unknown) => {
		if (options.signal?.aborted) throw error;
		return { resourceTemplates: [] };
	});
	return {
		resources: resources.slice(0, maxItems).map((resource) => {
			const { uri, mimeType, size } = resource;
			return { uri, ...textsOf(resource), ...(mimeType && { mimeType }), ...(size !== undefined && { size }) };
		}),
		templates: resourceTemplates.slice(0, maxItems).map((template) => {
			const { uriTemplate, mimeType } = template;
			return { uriTemplate, ...textsOf(template), ...(mimeType && { mimeType }) };
		}),
	};
}

export function resourceContentsOf({ contents }: ReadResourceResult): McpResourceContents {
	return {
		contents: contents.map((content) => ({
			uri: content.uri,
			...(content.mimeType && { mimeType: content.mimeType }),
			...("text" in content ? { text: content.text } : { blob: content.blob }),
		})),
	};
}

export async function listPrompts(client: Client, options: Options): Promise<McpPrompts> {
	if (!client.getServerCapabilities()?.prompts) return { prompts: [] };
	const { prompts } = await client.listPrompts(undefined, options);
	return {
		prompts: prompts.slice(0, maxItems).map((prompt) => ({
			...textsOf(prompt),
			...(prompt.arguments && {
				arguments: prompt.arguments.map((argument) => ({
					...textsOf(argument),
					...(argument.required !== undefined && { required: argument.required }),
				})),
			}),
		})),
	};
}

/** `McpPrompt`; the type of any JSON is too deep for RPC. */
export interface FilledPrompt {
	description?: string;
	messages: { role: "user" | "assistant"; content: unknown }[];
}

/** Throws `bad_gateway` for one that is nested too deep. */
export function promptOf({ description, messages }: GetPromptResult): FilledPrompt {
	if (isNestedDeeper(messages, maxAnswerDepth)) {
		throw new AppError("bad_gateway", `The answer is nested more than ${maxAnswerDepth} deep.`);
	}
	return { ...(description && { description }), messages: messages.map(({ role, content }) => ({ role, content })) };
}

function textsOf({ name, title, description }: Pick<Resource, "name" | "title" | "description">) {
	return { name, ...(title && { title }), ...(description && { description }) };
}
