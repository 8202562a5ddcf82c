/** What the MCP servers of the tests offer, and what their tools do. */
import { setTimeout as sleep } from "node:timers/promises";
import type { OAuthSettings } from "./oauth-fixture.ts";

export interface FixtureTool {
	name: string;
	title?: string;
	description?: string;
	inputSchema: { type: "object"; [keyword: string]: unknown };
	outputSchema?: { type: "object"; [keyword: string]: unknown };
	annotations?: Record<string, unknown>;
}

export interface SeenRequest {
	method: string;
	/** The method of its JSON-RPC message. */
	rpc?: string;
	headers: Record<string, string | string[] | undefined>;
}

/** One server's, for as long as the tests run, whether it listens or not. */
export interface FixtureState {
	tools: FixtureTool[];
	/** What has happened, oldest first: `call count`, `cancelled slow`. */
	events: string[];
	requests: SeenRequest[];
	count: number;
	/** Milliseconds that its list of tools takes. */
	listDelay: number;
	/** Of a server that wants OAuth. */
	oauth?: OAuthSettings;
	/** Cuts all connections. */
	cut(): void;
}

export interface CallScope {
	signal: AbortSignal;
	progress(progress: number, total: number, message: string): Promise<void>;
	/** Asks the person at the client, and tells what he did. */
	ask(): Promise<string>;
}

const none = { type: "object" as const };
const readOnly = { readOnlyHint: true };

export const standardFixtureTools: FixtureTool[] = [
	{
		name: "echo",
		title: "Echo",
		description: "Says it again.",
		inputSchema: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
		annotations: readOnly,
	},
	{
		name: "addNumbers",
		description: "Adds two numbers.",
		inputSchema: { type: "object", properties: { a: { type: "number" }, b: { type: "number" } }, required: ["a", "b"] },
		outputSchema: { type: "object", properties: { sum: { type: "number" } }, required: ["sum"] },
		annotations: readOnly,
	},
	{ name: "fail", description: "Fails.", inputSchema: none, annotations: readOnly },
	{ name: "picture", description: "Shows a picture.", inputSchema: none, annotations: readOnly },
	{ name: "slow", description: "Takes its time.", inputSchema: none, annotations: readOnly },
	{ name: "steps", description: "Reports progress.", inputSchema: none, annotations: readOnly },
	{ name: "ask", description: "Asks the person.", inputSchema: none, annotations: readOnly },
	{ name: "large", description: "Says a lot.", inputSchema: none, annotations: readOnly },
	{ name: "count", description: "Counts its calls.", inputSchema: none },
	{ name: "count-and-die", description: "Counts, and cuts the connection.", inputSchema: none },
];

export async function callFixtureTool(
	state: FixtureState,
	name: string,
	args: Record<string, unknown>,
	{ signal, progress, ask }: CallScope,
): Promise<object> {
	state.events.push(`call ${name}`);
	switch (name) {
		case "echo":
			return text(String(args.text));
		case "addNumbers":
			return { ...text("done"), structuredContent: { sum: Number(args.a) + Number(args.b) } };
		case "picture":
			return { content: [{ type: "image", data: "aGk=", mimeType: "image/png" }, ...text("a picture").content] };
		case "slow":
			try {
				await sleep(20_000, undefined, { signal });
			} catch {
				state.events.push("cancelled slow");
			}
			return text("slept");
		case "steps":
			for (const step of [1, 2, 3]) await progress(step, 3, `step ${step}`);
			return text("stepped");
		case "ask":
			return text(await ask());
		case "large":
			return text("x".repeat(Number(args.size)));
		case "count":
			return text(String(++state.count));
		case "count-and-die":
			state.count++;
			state.cut();
			return text("never heard");
		default:
			return { ...text("no luck"), isError: true };
	}
}

function text(value: string) {
	return { content: [{ type: "text", text: value }] };
}
