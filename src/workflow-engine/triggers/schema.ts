/** The contract of triggers: what begins a workflow by itself. */
import { z } from "zod";
import { JsonValue } from "#core/json-value";
import { sized } from "#core/sized";
import { cronFault, isTimeZone } from "./cron-times.ts";

const maxInputLength = 100_000;

const ScheduleConfig = z
	.object({
		type: z.literal("schedule"),
		cron: z
			.string()
			.trim()
			.max(100)
			.meta({ description: "Five fields, minutes first, or a name such as `@daily`.", example: "0 9 * * MON-FRI" }),
		timeZone: z
			.string()
			.max(60)
			.refine(isTimeZone, "no name of a time zone, such as `Europe/Berlin`")
			.default("UTC")
			.meta({ description: "IANA name. Where clocks change, a time of day comes once." }),
		missed: z
			.enum(["skip", "once", "all"])
			.default("once")
			.meta({
				description:
					"What becomes of times that passed more than a minute ago without anybody noticing: nothing, one execution for " +
					"the newest of them, or one for each (the newest 100).",
			}),
	})
	.superRefine(({ cron, timeZone }, issues) => {
		const fault = isTimeZone(timeZone) ? cronFault({ cron, timeZone }) : undefined;
		if (fault) issues.addIssue({ code: "custom", path: ["cron"], message: fault });
	})
	.meta({ id: "WorkflowSchedule" });
export type ScheduleConfig = z.infer<typeof ScheduleConfig>;

const WebhookConfig = z.object({ type: z.literal("webhook") }).meta({
	id: "WorkflowWebhook",
	description: "A POST to `webhookPath`, signed as Standard Webhooks says.",
});

export const endings = ["completed", "failed", "cancelled"] as const;

const EventConfig = z
	.object({
		type: z.literal("event"),
		workflowId: z.string().min(1).max(200).meta({ description: "Whose executions are followed: the caller's own." }),
		on: z
			.array(z.enum(endings))
			.min(1)
			.max(endings.length)
			.default([...endings])
			.meta({
				description: "The ends that count.",
			}),
	})
	.meta({ id: "WorkflowEventSource" });

export const TriggerConfig = z
	.discriminatedUnion("type", [ScheduleConfig, WebhookConfig, EventConfig])
	.meta({ id: "WorkflowTriggerConfig" });
export type TriggerConfig = z.infer<typeof TriggerConfig>;

const triggerFields = {
	input: sized(z.record(z.string().max(200), JsonValue), maxInputLength).meta({
		description: "The input of its executions; what the trigger itself has to say is added, and wins.",
	}),
	enabled: z.boolean(),
};

export const CreateTrigger = z
	.object({
		config: TriggerConfig,
		input: triggerFields.input.default({}),
		enabled: triggerFields.enabled.default(true),
	})
	.meta({ id: "CreateWorkflowTrigger" });
export type CreateTrigger = z.infer<typeof CreateTrigger>;

export const UpdateTrigger = z
	.object({
		config: TriggerConfig.optional().meta({ description: "In place of the one before, of the same type." }),
		input: triggerFields.input.optional(),
		enabled: triggerFields.enabled.optional(),
		rotateSecret: z.literal(true).optional().meta({ description: "A webhook gets another secret; the old one ends." }),
	})
	.meta({ id: "UpdateWorkflowTrigger" });
export type UpdateTrigger = z.infer<typeof UpdateTrigger>;

export const Trigger = z
	.object({
		id: z.string(),
		workflowId: z.string().meta({ description: "What it begins, in its newest version, as whoever made the trigger." }),
		config: TriggerConfig,
		input: z.record(z.string(), JsonValue),
		enabled: z.boolean(),
		webhookPath: z.string().optional().meta({ example: "/api/v1/workflows/hooks/trg_…" }),
		nextRunAt: z.string().optional().meta({ description: "Of a schedule that is enabled." }),
		lastFiredAt: z.string().optional(),
		lastExecutionId: z.string().optional(),
		lastError: z.object({ code: z.string(), message: z.string() }).optional().meta({
			description: "Why the last time nothing began.",
		}),
		createdAt: z.string(),
		updatedAt: z.string(),
	})
	.meta({ id: "WorkflowTrigger" });
export type Trigger = z.infer<typeof Trigger>;

export const TriggerWithSecret = Trigger.extend({
	secret: z.string().optional().meta({ description: "Of a new webhook, or one with a new secret. Shown this once." }),
}).meta({ id: "WorkflowTriggerWithSecret" });
export type TriggerWithSecret = z.infer<typeof TriggerWithSecret>;
