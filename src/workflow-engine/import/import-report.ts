/** What an import gives: a definition, and an account of every node and connection of the export that it comes from. */
import { z } from "zod";
import { type NodeType, Definition } from "#workflow-engine/schema";

export const importFormats = ["n8n", "dify", "flowise"] as const;
export type ImportFormat = (typeof importFormats)[number];

const nodeTypes = [
	...["start", "end", "agent", "tool", "condition", "parallel", "merge", "loop", "sub_workflow", "wait", "approval"],
	...["transform", "http"],
] as [NodeType, ...NodeType[]];

const source = z.string().meta({ description: "The name of a node in the export." });

export const MappedNode = z
	.object({ source, nodeId: z.string(), type: z.enum(nodeTypes), note: z.string().optional() })
	.meta({ id: "ImportedNode" });

export const UnmappedNode = z
	.object({
		source,
		type: z.string().meta({ description: "In the export." }),
		nodeId: z
			.string()
			.optional()
			.meta({ description: "Of the `transform` that gives null in its place; without it, none is." }),
		reason: z.string(),
	})
	.meta({ id: "NodeNotImported" });

export const DroppedConnection = z
	.object({ source: z.string(), target: z.string(), kind: z.string(), reason: z.string() })
	.meta({ id: "ConnectionNotImported" });

export const ImportNote = z.object({ source, detail: z.string() }).meta({ id: "ImportNote" });
export type ImportNote = z.infer<typeof ImportNote>;

export const ImportReport = z
	.object({
		nodes: z.number().int().meta({
			description:
				"In the export: as many as are in `mapped` and `unmapped` together. Notes on the canvas of n8n and Dify are not counted.",
		}),
		connections: z.record(z.string(), z.number().int()).meta({
			description: "In the export, by kind.",
			example: { main: 3, ai_tool: 1 },
		}),
		edges: z.number().int().meta({
			description: "Connections that became edges; the others are in `droppedConnections`.",
		}),
		cyclic: z.boolean().meta({ description: "The connections of the export make a cycle." }),
		triggers: z.array(z.string()),
		mapped: z.array(MappedNode),
		unmapped: z.array(UnmappedNode),
		added: z.array(z.object({ nodeId: z.string(), reason: z.string() })).meta({
			description: "Nodes that the export does not have, each with one edge to it.",
		}),
		droppedConnections: z.array(DroppedConnection),
		notes: z.array(ImportNote).meta({
			description: "Notes on the canvas, and settings that were not taken over. `source` is a node, or the workflow.",
		}),
	})
	.meta({ id: "WorkflowImportReport" });
export type ImportReport = z.infer<typeof ImportReport>;

export const ImportedWorkflow = z
	.object({
		format: z.enum(importFormats),
		name: z.string(),
		description: z.string().optional(),
		definition: Definition,
		report: ImportReport,
	})
	.meta({ id: "ImportedWorkflow" });
export type ImportedWorkflow = z.infer<typeof ImportedWorkflow>;
