/** The tools of the conformance suite that ask their caller something before they answer (MCP 2026-07-28). */
import {
	acceptedContent,
	CLIENT_CAPABILITIES_META_KEY,
	inputRequired,
	type InputRequests,
	type InputRequiredSpec,
	type ServerContext,
} from "@modelcontextprotocol/server";
import type { McpScope } from "#tools/mcp/server/mcp-scope";
import type { McpTool } from "#tools/mcp/server/mcp-tool";
import { form, sampling, text } from "./fixture-content.ts";

interface Asked {
	responses: Record<string, unknown> | undefined;
	mcp: ServerContext;
}

/** What to ask for next, or the text of the result. */
type Next = (asked: Asked) => Promise<InputRequiredSpec | string> | InputRequiredSpec | string;
type Capabilities = { elicitation?: object; sampling?: object; roots?: object };

export function fixtureQuestions({ state }: Pick<McpScope, "state">): McpTool[] {
	const seal = async (payload: object, mcp: ServerContext) =>
		await state.mint({ ...payload, nonce: crypto.randomUUID() }, mcp);
	const sealedConfirmation = (done: string): Next => {
		return async ({ responses, mcp }) => {
			if (acceptedContent(responses, "confirm") && mcp.mcpReq.requestState()) return done;
			return {
				inputRequests: { confirm: form("Please confirm", "ok", "boolean") },
				requestState: await seal({}, mcp),
			};
		};
	};
	return [
		asking("test_missing_capability", ({ responses }) =>
			responses?.llm_answer ? "done" : { inputRequests: { llm_answer: sampling("Reply pong") } },
		),
		asking("test_input_required_result_elicitation", ({ responses }) => {
			const { name } = acceptedContent(responses, "user_name") ?? {};
			if (typeof name === "string") return `Hello, ${name}!`;
			return { inputRequests: { user_name: form("What is your name?", "name") } };
		}),
		asking("test_input_required_result_sampling", ({ responses }) => {
			if (responses?.capital_question) return `Sampling response: ${JSON.stringify(responses.capital_question)}`;
			return { inputRequests: { capital_question: sampling("What is the capital of France?") } };
		}),
		asking("test_input_required_result_list_roots", ({ responses }) => {
			const { roots } = (responses?.client_roots ?? {}) as { roots?: unknown[] };
			return roots ? `${roots.length} roots` : { inputRequests: { client_roots: inputRequired.listRoots() } };
		}),
		asking("test_input_required_result_request_state", sealedConfirmation("state-ok")),
		asking("test_input_required_result_tampered_state", sealedConfirmation("integrity-ok")),
		asking("test_input_required_result_multiple_inputs", async ({ responses, mcp }) => {
			const { user_name: name, greeting, client_roots: roots } = responses ?? {};
			if (name && greeting && roots) return "all three";
			const inputRequests = {
				user_name: form("What is your name?", "name"),
				greeting: sampling("Generate a greeting"),
				client_roots: inputRequired.listRoots(),
			};
			return { inputRequests, requestState: await seal({}, mcp) };
		}),
		asking(
			"test_input_required_result_multi_round",
			async ({ responses, mcp }): Promise<InputRequiredSpec | string> => {
				const { round = 0, name } = mcp.mcpReq.requestState<{ round?: number; name?: unknown }>() ?? {};
				if (round === 0) {
					const step1 = form("Step 1: What is your name?", "name");
					return { inputRequests: { step1 }, requestState: await seal({ round: 1 }, mcp) };
				}
				if (round === 1) {
					const step2 = form("Step 2: What is your favorite color?", "color");
					const given = acceptedContent(responses, "step1")?.name;
					return { inputRequests: { step2 }, requestState: await seal({ round: 2, name: given }, mcp) };
				}
				return `${String(name)} likes ${String(acceptedContent(responses, "step2")?.color)}`;
			},
		),
		asking("test_input_required_result_capabilities", ({ responses, mcp }) => {
			const inputRequests = requestsFor(mcp);
			return responses || Object.keys(inputRequests).length === 0 ? "fulfilled" : { inputRequests };
		}),
	];
}

function asking(name: string, next: Next): McpTool {
	return {
		definition: { name, description: `For the conformance suite: ${name}.`, inputSchema: { type: "object" } },
		async call(_, mcp) {
			const asked = await next({ responses: mcp.mcpReq.inputResponses, mcp });
			return typeof asked === "string" ? { content: [text(asked)] } : inputRequired(asked);
		},
	};
}

/** Only what the client says it can answer. */
function requestsFor({ mcpReq }: ServerContext): InputRequests {
	const envelope = mcpReq.envelope as Record<string, Capabilities> | undefined;
	const { elicitation, sampling: samples, roots } = envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? {};
	return {
		...(elicitation && { user_name: form("What is your name?", "name") }),
		...(samples && { greeting: sampling("Generate a greeting") }),
		...(roots && { client_roots: inputRequired.listRoots() }),
	};
}
