/** What a step asks of somebody else, with its templates filled: recorded, so that every attempt asks the same. */
import { AppError } from "#core/errors";
import type { ExpressionScope } from "./expression-scope.ts";
import { fill } from "./expressions/template.ts";
import { incomingOf, type Step } from "./step.ts";

export interface AgentRequest {
	type: "agent";
	agentId: string;
	message: string;
	parameters?: Record<string, unknown>;
	sessionId?: string;
}

export interface ToolRequest {
	type: "tool";
	toolId: string;
	parameters: Record<string, unknown>;
}

export interface HttpRequest {
	type: "http";
	url: string;
	method: string;
	headers: Record<string, string>;
	body?: unknown;
}

export interface SubWorkflowRequest {
	type: "sub_workflow";
	workflowId: string;
	version?: string;
	input: Record<string, unknown>;
}

export interface TransformRequest {
	type: "transform";
	expression: string;
	value: ExpressionScope;
}

export interface ApprovalRequest {
	type: "approval";
	title: string;
	data?: unknown;
	timeoutMs: number;
}

export type StepRequest =
	| AgentRequest
	| ToolRequest
	| HttpRequest
	| SubWorkflowRequest
	| TransformRequest
	| ApprovalRequest;

/** Whether somebody else is called, and not only waited for or computed with: what has to be recorded before. */
export function isCall({ type }: StepRequest): boolean {
	return type !== "transform" && type !== "approval";
}

/** Undefined where the node asks nobody. Throws `invalid_input` for a template that fails. */
export function stepRequest(step: Step, scope: ExpressionScope): StepRequest | undefined {
	const { node } = step.compiled;
	switch (node.type) {
		case "agent": {
			const { agentId, message, parameters, sessionId } = node.config;
			const session = sessionId && text(fill(sessionId, scope));
			const filled = parameters && record(fill(parameters, scope));
			return {
				...{ type: "agent", agentId },
				message: message === undefined ? messageOf(incomingOf(step), filled) : text(fill(message, scope)),
				...(filled && { parameters: filled }),
				...(session && { sessionId: session.slice(0, 128) }),
			};
		}
		case "tool":
			return { type: "tool", toolId: node.config.toolId, parameters: record(fill(node.config.parameters, scope)) };
		case "rag": {
			const { indexId, query, limit, filter, rerank } = node.config;
			const asked = query === undefined ? messageOf(incomingOf(step), undefined) : text(fill(query, scope));
			const filtered = filter !== undefined && { filter: fill(filter, scope) };
			const parameters = { query: asked, limit, ...filtered, ...(rerank && { rerank }) };
			return { type: "tool", toolId: indexId, parameters };
		}
		case "http": {
			const { url, method, headers, body } = node.config;
			const filled = Object.entries(headers).map(([name, value]) => [name, text(fill(value, scope))]);
			return {
				...{ type: "http", url: text(fill(url, scope)), method, headers: Object.fromEntries(filled) },
				...(body !== undefined && { body: fill(body, scope) }),
			};
		}
		case "sub_workflow": {
			const { workflowId, version, input } = node.config;
			return { type: "sub_workflow", workflowId, ...(version && { version }), input: record(fill(input, scope)) };
		}
		case "transform":
			return node.config.expression === undefined
				? undefined
				: { type: "transform", expression: node.config.expression, value: scope };
		case "approval": {
			const { title, data, timeout } = node.config;
			const shown = data === undefined ? undefined : { data: fill(data, scope) };
			return { type: "approval", title: text(fill(title, scope)), ...shown, timeoutMs: timeout };
		}
		default:
			return undefined;
	}
}

/** A text as it is, the `message` of an object, or anything as JSON. */
function messageOf(incoming: unknown, parameters: Record<string, unknown> | undefined): string {
	const said = parameters?.["message"] ?? (incoming as { message?: unknown } | null)?.message ?? incoming;
	return text(said);
}

function text(value: unknown): string {
	return typeof value === "string" ? value : JSON.stringify(value);
}

function record(value: unknown): Record<string, unknown> {
	if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
	throw new AppError("invalid_input", "Parameters have to be an object.");
}
