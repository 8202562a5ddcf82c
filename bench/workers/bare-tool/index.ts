/** A tool with nothing about it: its one method returns its input. */
import { WorkerEntrypoint } from "cloudflare:workers";

export default class BareTool extends WorkerEntrypoint {
	async call(input: number): Promise<number> {
		return input;
	}
}
