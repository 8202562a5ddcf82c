/** Which model embeds the texts of an index, and how it is reached. */
import { z } from "zod";

export const embeddingProviders = ["openai", "azure", "google", "huggingface", "workers-ai", "compatible"] as const;

export type EmbeddingProvider = (typeof embeddingProviders)[number];

export const EmbeddingSettings = z
	.object({
		model: z
			.string()
			.max(300)
			.regex(new RegExp(`^(?:${embeddingProviders.join("|")})/.`), `not one of ${embeddingProviders.join("/…, ")}/…`)
			.meta({
				description:
					"Azure knows the model by the name of its deployment; `compatible` is any server that speaks OpenAI's `/embeddings`.",
				example: "openai/text-embedding-3-small",
			}),
		dimensions: z.int().min(2).max(4_096).optional().meta({
			description:
				"Fewer than the model's own, for models that can be asked for it (OpenAI's third generation, Google, some compatible servers). Leave it out elsewhere: many servers refuse to be told.",
		}),
		/** A header cannot hold more than this, and its refusal would repeat the key. */
		apiKey: z
			.string()
			.regex(/^[\x21-\x7e]+$/, "not printable ASCII")
			.max(4_000)
			.optional()
			.meta({ description: "Written once, never returned." }),
		baseUrl: z
			.url({ protocol: /^https?$/ })
			.max(2_000)
			.optional()
			.meta({
				description:
					"Instead of the vendor's own address. Azure: `https://{resource}.openai.azure.com/openai`; Hugging Face: the whole URL of an Inference Endpoint.",
			}),
		accountId: z
			.string()
			.regex(/^[0-9a-f]{32}$/, "not an account id")
			.optional()
			.meta({ description: "Of the Cloudflare account, for Workers AI without a binding." }),
	})
	.meta({ id: "EmbeddingSettings" });
export type EmbeddingSettings = z.infer<typeof EmbeddingSettings>;
