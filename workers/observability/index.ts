/** The observability Worker: takes in the spans of all Workers, answers with traces, forgets the old ones. */
import { newApp } from "#http/app";
import { expireTraces } from "#observability/expire-traces";
import { consumeSpans } from "./consume-spans.ts";
import { databaseOf, domain, retentionDaysOf } from "./context.ts";
import { mountGetTrace } from "./routes/get-trace.ts";
import { mountListTraces } from "./routes/list-traces.ts";

const dayMs = 86_400_000;

const app = newApp(domain);
mountListTraces(app);
mountGetTrace(app);

export default {
	fetch: app.fetch,
	async queue(batch, env) {
		await consumeSpans(batch, databaseOf(env));
	},
	async scheduled({ scheduledTime }, env) {
		await expireTraces(databaseOf(env), scheduledTime - retentionDaysOf(env) * dayMs);
	},
} satisfies ExportedHandler<ObservabilityEnv>;
