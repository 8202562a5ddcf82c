/** Lends sandboxes to runs, and none again that was broken or has grown. */
import { newSandbox, type Sandbox } from "./sandbox.ts";

let idle: Sandbox | undefined;

/** Runs `use` in a sandbox whose memory is pristine. It is used again only when `use` returns. */
export async function withSandbox<Result>(use: (sandbox: Sandbox) => Promise<Result>): Promise<Result> {
	const sandbox = idle ?? (await newSandbox());
	if (sandbox === idle) idle = undefined;
	const result = await use(sandbox);
	if (sandbox.engine.reset()) idle = sandbox;
	return result;
}
