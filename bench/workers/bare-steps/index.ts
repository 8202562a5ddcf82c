/** Doors to Durable Objects that store the steps of a run and do nothing else. */
import type BareTool from "../bare-tool/index.ts";
import { StepsObject } from "./steps-object.ts";

export { StepsObject };

export interface Env {
	STEPS: DurableObjectNamespace<StepsObject>;
	TOOL: Service<typeof BareTool>;
}

const pool = 16;

export default {
	async fetch(request, { STEPS }) {
		const run = crypto.randomUUID();
		const pooled = () => STEPS.getByName(`pool-${hash(run) % pool}`);
		const { pathname, searchParams } = new URL(request.url);
		switch (pathname) {
			case "/pooled":
				return Response.json({ steps: await pooled().sequence(run) });
			case "/per-run":
				return Response.json({ steps: await STEPS.getByName(run).sequence(run) });
			case "/fanout":
				return Response.json({ steps: await pooled().fanout(run) });
			case "/rpc":
				return Response.json({ steps: await pooled().calls(run, Number(searchParams.get("steps"))) });
			default:
				return new Response(null, { status: 404 });
		}
	},
} satisfies ExportedHandler<Env>;

/** FNV-1a. */
function hash(text: string): number {
	let value = 0x811c9dc5;
	for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
	return value >>> 0;
}
