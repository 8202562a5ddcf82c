/** What a format makes of its export, before it is put together: an outcome for each node, and for each connection. */
import type { z } from "zod";
import type { Node } from "#workflow-engine/node-schema";
import type { Definition, NodeType } from "#workflow-engine/schema";
import type { ImportFormat, ImportNote } from "./import-report.ts";
import type { Json } from "./loose-json.ts";
import type { SourceGraph, SourceLink } from "./source-graph.ts";

/** Ids that stand where somebody has to choose, for an export tells nothing of what is defined here. */
export const unknownAgent = "agent_to_choose";
export const unknownTool = "tool_to_choose";
export const unknownWorkflow = "workflow_to_choose";

type NodeInput = z.input<typeof Node>;
type ConfigOf<Type extends NodeType> = Extract<NodeInput, { type: Type }>["config"];

/** A node of ours without its id, its place and, for a loop, its body. */
export type Draft = {
	[Type in NodeType]: {
		type: Type;
		config: Type extends "loop" ? Omit<ConfigOf<"loop">, "body"> : NonNullable<ConfigOf<Type>>;
	};
}[NodeType] &
	Pick<NodeInput, "retry" | "assign" | "timeout">;

export type Outcome =
	| {
			draft: Draft;
			note?: string;
			/** What the rounds of a loop end with, after the node of this key in its body. */
			ending?: { after: string; output: Json };
	  }
	/** Why a `transform` that gives null stands in its place. */
	| { placeholder: string }
	/** Why nothing does. */
	| { omitted: string };

export type Wiring = { condition?: string; type?: "error" } | { dropped: string };

export interface Translation {
	format: ImportFormat;
	name: string;
	description?: string;
	graph: SourceGraph;
	/** By the keys of the nodes. */
	ids: ReadonlyMap<string, string>;
	triggers: string[];
	variables?: Record<string, Json>;
	options?: z.input<typeof Definition>["options"];
	/** By the keys of the nodes. */
	outcomes: ReadonlyMap<string, Outcome>;
	wiringOf(link: SourceLink): Wiring;
	/** Those on the canvas and about settings; what the outcomes note is added to them. */
	notes: ImportNote[];
}
