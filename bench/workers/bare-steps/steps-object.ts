/**
 * The least that a durable run can be: a row for each step, and no answer before the rows are on disk, which the
 * output gate sees to.
 */
import { DurableObject } from "cloudflare:workers";
import type { Env } from "./index.ts";

const sequenceSteps = 10;
const branches = 20;

export class StepsObject extends DurableObject<Env> {
	constructor(state: DurableObjectState, env: Env) {
		super(state, env);
		state.storage.sql.exec(
			`CREATE TABLE IF NOT EXISTS steps (run TEXT, step TEXT, output TEXT, PRIMARY KEY (run, step)) WITHOUT ROWID`,
		);
	}

	/** Resolves to the number of steps, as the others do. */
	async sequence(run: string): Promise<number> {
		let steps = 0;
		for (let i = 0; i < sequenceSteps; i++) steps += await this.#step(run, `step${i}`);
		return steps;
	}

	/** One before, the branches, and the merge. */
	async fanout(run: string): Promise<number> {
		const before = await this.#step(run, "before");
		const done = await Promise.all(Array.from({ length: branches }, (_, i) => this.#step(run, `branch${i}`)));
		const merge = await this.#step(run, "merge");
		return done.reduce((sum, one) => sum + one, before + merge);
	}

	/** A sequence, each step of which asks another Worker. */
	async calls(run: string, count: number): Promise<number> {
		let steps = 0;
		for (let i = 0; i < count; i++) steps += this.#keep(run, `step${i}`, await this.env.TOOL.call(1));
		return steps;
	}

	async #step(run: string, step: string): Promise<number> {
		await Promise.resolve();
		return this.#keep(run, step, 1);
	}

	#keep(run: string, step: string, output: number): number {
		const { sql } = this.ctx.storage;
		sql.exec(`INSERT INTO steps (run, step, output) VALUES (?, ?, ?)`, run, step, JSON.stringify(output));
		return output;
	}
}
