/**
 * The tools Worker with what the conformance suite wants to find, offered by the product's own endpoint beside what it
 * offers anyway. Its bindings are those of the product's wrangler.toml.
 */
import { InMemoryServerEventBus } from "@modelcontextprotocol/server";
import { newApp } from "#http/app";
import { domain } from "../../workers/tools/context.ts";
import { mountMcp } from "../../workers/tools/mcp-endpoint.ts";
import { fixtureQuestions } from "./fixture-questions.ts";
import { registerFixtures } from "./fixture-resources.ts";
import { fixtureTools, type Notifier } from "./fixture-tools.ts";

export * from "../../workers/tools/index.ts";

/** One isolate, so that one bus reaches every stream. */
const bus = new InMemoryServerEventBus();
const notify: Notifier = {
	toolsChanged: () => bus.publish({ kind: "tools_list_changed" }),
	promptsChanged: () => bus.publish({ kind: "prompts_list_changed" }),
};

const app = newApp(domain);
mountMcp(app, {
	bus,
	extras: (scope) => ({ tools: [...fixtureTools(notify), ...fixtureQuestions(scope)], register: registerFixtures }),
});

export default app;
