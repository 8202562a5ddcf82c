/** Lends engines to runs, and none again that was broken or has grown. */
import { type Engine, newEngine } from "./engine.ts";

let idle: Engine | undefined;

/** Runs `use` with an engine whose memory is pristine. It is used again only when `use` returns. */
export async function withEngine<Result>(use: (engine: Engine) => Promise<Result>): Promise<Result> {
	const engine = idle ?? (await newEngine());
	if (engine === idle) idle = undefined;
	const result = await use(engine);
	if (engine.reset()) idle = engine;
	return result;
}
