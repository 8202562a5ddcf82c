/** The nodes of a workflow: one schema for each type, and what every node has. Their descriptions are the reference. */
import { z } from "zod";
import { errorCodes } from "#core/errors";
import { JsonSchema } from "#core/json-schema";
import { JsonValue } from "#core/json-value";

export const maxNodes = 5_000;
export const maxIterations = 10_000;
export const maxConcurrency = 100;
/** A step may be tried so often, crashes not counted. */
export const maxAttempts = 20;
export const dayMs = 86_400_000;
export const maxWaitDays = 366;

const idPattern = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}$/;
/** Letters, digits and `_ . : -`. */
export const NodeId = z.string().regex(idPattern, "must be letters, digits and `_`, `.`, `:`, `-`, at most 100");
const Name = z.string().regex(/^[A-Za-z_]\w{0,63}$/, "must be a name: letters, digits and underscores");

export const Expression = z.string().trim().min(1).max(4_000).meta({
	id: "WorkflowExpression",
	description: "A CEL expression over `input`, `variables` and `nodes`.",
	example: "nodes.classify.output.score > 0.5",
});
/** A JSON value in whose strings `{{ expression }}` stands for a value. */
const Template = JsonValue.meta({ description: "JSON; `{{ expression }}` in a string stands for its value." });
const TextTemplate = z.string().max(100_000);
const Milliseconds = z.number().int().min(1);
const Parameters = z.record(z.string().max(200), JsonValue);
const reference = z.string().min(1).max(200);

export const mergeModes = ["all", "any", "n_of"] as const;
export const reducers = ["object", "list", "first", "last", "concat", "assign", "sum"] as const;

const empty = z.object({});

const configs = {
	start: z
		.object({
			inputSchema: JsonSchema.optional().meta({
				description:
					"A JSON Schema (2020-12) of the input, without `pattern`, `$ref` and `uniqueItems`: what does not fit is refused.",
			}),
		})
		.meta({ description: "Where the execution begins; its output is the input." }),
	end: z.object({ output: Template.optional() }).meta({
		description: "Ends its branch; `output` becomes the output of the execution, or else what came in.",
	}),
	agent: z
		.object({
			agentId: reference.meta({ description: "Of an agent that whoever runs the workflow may run." }),
			message: TextTemplate.optional().meta({ description: "Without it, what came in is the message." }),
			parameters: Parameters.optional().meta({ description: "JSON that the model is given beside the message." }),
			sessionId: z.string().max(500).optional().meta({ description: "A session to go on with; a new one without it." }),
		})
		.meta({
			description:
				"A turn of an agent; its output is `{ response, sessionId, executionId, toolCalls, citations, usage }`.",
		}),
	tool: z
		.object({
			toolId: reference.meta({ description: "Of a tool that whoever runs the workflow may call." }),
			parameters: Parameters.default({}).meta({ description: "Templates of what the tool is given." }),
		})
		.meta({ description: "A call of a tool; its output is the result. One that needs approval waits for a person." }),
	rag: z
		.object({
			indexId: reference.meta({ description: "Of an index that whoever runs the workflow may search." }),
			query: TextTemplate.optional().meta({ description: "Without it, what came in is looked for." }),
			limit: z.number().int().min(1).max(20).default(5).meta({ description: "Passages at most." }),
			filter: JsonValue.optional().meta({ description: "A template of conditions on the metadata of documents." }),
			rerank: z.record(z.string(), JsonValue).optional().meta({
				description: "Orders the passages anew, as searches take it: `{}`, or `model` and `depth`.",
			}),
		})
		.meta({
			description:
				"A search in documents; its output is `{ passages }`, each with `text`, `source` and where it stands.",
		}),
	condition: z.object({ condition: Expression }).meta({
		description:
			"Decides: its output is the value of the condition. An edge from it is taken if its `condition` is that value " +
			'(`"true"`, `"false"`, or the text of another), or is an expression over `output` that holds; one without a ' +
			"condition is taken if no other is.",
	}),
	parallel: empty.meta({ description: "Begins branches: all of its edges are taken, its output is what came in." }),
	merge: z
		.object({
			mode: z.enum(mergeModes).default("all").meta({ description: "How many branches it waits for." }),
			count: z.number().int().min(1).max(maxNodes).optional().meta({ description: "How many, for `n_of`." }),
			reducer: z.enum(reducers).default("object").meta({ description: "What becomes of their outputs." }),
		})
		.meta({
			description:
				"Waits for branches: for all that are still coming, for any, or for `count` of them; the others go on, and what " +
				"they give is passed over. What arrives becomes an " +
				"`object` by node, a `list`, the `first` or `last`, the lists joined (`concat`), the objects joined (`assign`) " +
				"or a `sum`.",
		}),
	loop: z
		.object({
			items: JsonValue.optional().meta({ description: "A template of the list; the body runs once for each item." }),
			while: Expression.optional().meta({ description: "Instead of `items`: goes on as long as it holds." }),
			concurrency: z
				.number()
				.int()
				.min(1)
				.max(maxConcurrency)
				.default(1)
				.meta({ description: "Rounds at once, with `items`." }),
			maxIterations: z
				.number()
				.int()
				.min(1)
				.max(maxIterations)
				.default(1_000)
				.meta({ description: "More items, or more rounds, are a failure." }),
			continueOnError: z.boolean().default(false).meta({ description: "A failed item becomes null in the output." }),
			/** A graph of its own. */
			get body(): z.ZodObject<{ nodes: z.ZodArray<typeof Node>; edges: z.ZodDefault<z.ZodArray<typeof Edge>> }> {
				return Graph;
			},
		})
		.meta({
			description:
				"Runs `body`, a graph of its own, for each item or while a condition holds; its output is the list of what the " +
				"bodies end with. Inside, `item`, `index` and `last` (what the iteration before ended with) are known too.",
		}),
	sub_workflow: z
		.object({
			workflowId: reference.meta({ description: "Of a workflow that whoever runs this one may run." }),
			version: z.string().max(20).optional().meta({ description: "The newest when the node begins, without it." }),
			input: Parameters.default({}).meta({ description: "Templates of its input." }),
		})
		.meta({ description: "Another workflow, as an execution of its own; its output is that one's." }),
	wait: z
		.object({
			duration: z
				.union([Milliseconds.max(maxWaitDays * dayMs), TextTemplate])
				.optional()
				.meta({
					description: "Milliseconds, or a template of them.",
				}),
			until: TextTemplate.optional().meta({ description: "An ISO 8601 time." }),
			event: TextTemplate.optional().meta({ description: "The name of an event that somebody sends." }),
			timeout: Milliseconds.max(maxWaitDays * dayMs)
				.optional()
				.meta({ description: "Milliseconds after which an `event` is waited for no more, and the node fails." }),
		})
		.meta({ description: "Waits for a time, or for an event; the data of the event are its output." }),
	approval: z
		.object({
			title: TextTemplate.meta({ description: "What is to be decided." }),
			data: Template.optional().meta({ description: "What the person is shown." }),
			timeout: Milliseconds.max(maxWaitDays * dayMs)
				.default(7 * dayMs)
				.meta({ description: "Milliseconds; nobody decides after that, and the node fails." }),
		})
		.meta({ description: "Waits for a person. Its output is `{ approved, by, reason }`; a denial is a failure." }),
	transform: z
		.object({
			expression: z
				.string()
				.min(1)
				.max(10_000)
				.optional()
				.meta({ description: "JSONata over `{ input, variables, nodes }`." }),
			value: Template.optional().meta({ description: "A template of the output." }),
		})
		.meta({ description: "Computes its output: by a JSONata `expression`, or a `value`." }),
	http: z
		.object({
			url: TextTemplate.meta({ description: "`http://` or `https://`, of a public address or one that is allowed." }),
			method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]).default("GET"),
			headers: z.record(z.string().max(200), TextTemplate).default({}).meta({ description: "No place for secrets." }),
			body: Template.optional().meta({ description: "A text as it is, anything else as JSON." }),
		})
		.meta({ description: "An HTTP request; its output is `{ status, headers, body }`. 4xx and 5xx are failures." }),
};

export const Retry = z
	.object({
		maxAttempts: z.number().int().min(1).max(maxAttempts).default(3).meta({ description: "In all." }),
		backoff: z.enum(["fixed", "exponential"]).default("exponential").meta({
			description: "Whether each pause is as long as the first, or twice the one before.",
		}),
		delay: Milliseconds.max(dayMs).default(1_000).meta({ description: "Milliseconds before the second attempt." }),
		maxDelay: Milliseconds.max(dayMs).default(60_000).meta({ description: "Milliseconds; no pause is longer." }),
		jitter: z.boolean().default(true).meta({ description: "Waits between half of the delay and the whole." }),
		on: z.array(z.enum(errorCodes)).max(40).optional().meta({
			description: "Error codes that are worth another attempt; without it, those that may pass.",
		}),
	})
	.meta({ id: "WorkflowRetry" });
export type Retry = z.infer<typeof Retry>;

export const Compensation = z.object({ toolId: reference, parameters: Parameters.default({}) }).meta({
	id: "WorkflowCompensation",
	description: "A call of a tool that undoes the step; `output` is what it gave.",
});
export type Compensation = z.infer<typeof Compensation>;

const Position = z.object({ x: z.number(), y: z.number() });

const common = {
	id: NodeId,
	name: z.string().max(200).optional(),
	position: Position.default({ x: 0, y: 0 }),
	timeout: Milliseconds.max(30 * dayMs)
		.optional()
		.meta({ description: "Milliseconds an attempt." }),
	retry: Retry.optional(),
	assign: z.record(Name, JsonValue).optional().meta({
		description: "Variables that the node sets when it is done: templates, in which `output` is known too.",
	}),
	compensation: Compensation.optional(),
};

function nodeOf<Type extends string, Config extends z.ZodType>(type: Type, config: Config) {
	return z.object({ ...common, type: z.literal(type), config });
}

export const Node = z
	.discriminatedUnion("type", [
		nodeOf("start", configs.start.default({})),
		nodeOf("end", configs.end.default({})),
		nodeOf("agent", configs.agent),
		nodeOf("tool", configs.tool),
		nodeOf("rag", configs.rag),
		nodeOf("condition", configs.condition),
		nodeOf("parallel", configs.parallel.default({})),
		nodeOf("merge", configs.merge.default({ mode: "all", reducer: "object" })),
		nodeOf("loop", configs.loop),
		nodeOf("sub_workflow", configs.sub_workflow),
		nodeOf("wait", configs.wait),
		nodeOf("approval", configs.approval),
		nodeOf("transform", configs.transform),
		nodeOf("http", configs.http),
	])
	.meta({ id: "WorkflowNode" });

export const Edge = z
	.object({
		id: NodeId,
		source: NodeId,
		target: NodeId,
		type: z
			.enum(["default", "error"])
			.default("default")
			.meta({ description: "`error` is taken when the node has failed." }),
		condition: z.string().trim().min(1).max(4_000).optional().meta({
			description: "A CEL expression, in which `output` is known too; without it the edge is always taken.",
		}),
	})
	.meta({ id: "WorkflowEdge" });

export const Graph = z.object({
	nodes: z.array(Node).min(1).max(maxNodes),
	edges: z
		.array(Edge)
		.max(4 * maxNodes)
		.default([]),
});
