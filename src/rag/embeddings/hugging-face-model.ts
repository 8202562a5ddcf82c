/** Feature extraction of Hugging Face's inference, which the AI SDK has no package for. */
import type { EmbeddingModelV4 } from "@ai-sdk/provider";
import { refusal } from "#models/provider-failure";

const router = "https://router.huggingface.co/hf-inference/models";

interface HuggingFaceOptions {
	apiKey: string | undefined;
	/** Of an Inference Endpoint, which takes the same body at its root. */
	url: string | undefined;
	fetch: typeof fetch;
}

export function huggingFaceModel(modelId: string, options: HuggingFaceOptions): EmbeddingModelV4 {
	const { apiKey, url = `${router}/${modelId}/pipeline/feature-extraction`, fetch: send } = options;
	return {
		specificationVersion: "v4",
		provider: "huggingface",
		modelId,
		maxEmbeddingsPerCall: undefined,
		supportsParallelCalls: true,
		async doEmbed({ values, abortSignal }) {
			const response = await send(url, {
				method: "POST",
				headers: { "content-type": "application/json", ...(apiKey && { authorization: `Bearer ${apiKey}` }) },
				// Most of these models read 512 tokens; a longer text is cut, as their own library does, and not refused.
				body: JSON.stringify({ inputs: values, truncate: true }),
				signal: abortSignal,
			});
			if (!response.ok) throw await refusal(response);
			return { embeddings: await response.json<number[][]>(), warnings: [] };
		},
	};
}
