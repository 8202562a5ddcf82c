/** Packages of those whom we compare with: installed on demand, into an ignored folder, once for each lockfile. */
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../scripts/root.ts";

export class PeerPackages {
	/** Where they are, and the files beside the lockfile, once they are installed. */
	readonly folder: string;
	readonly #title: string;
	readonly #source: string;
	readonly #mark: string;

	/** @param source The folder of the lockfile, in `bench`. */
	constructor(title: string, source: string) {
		this.#title = title;
		this.#source = join(root, "bench", source);
		this.folder = join(root, ".build", `bench-${source.replaceAll("/", "-")}`);
		this.#mark = join(this.folder, "node_modules", ".installed");
	}

	get areInstalled(): boolean {
		return existsSync(this.#mark) && readFileSync(this.#mark, "utf8") === this.#lock;
	}

	async install(): Promise<void> {
		mkdirSync(this.folder, { recursive: true });
		cpSync(this.#source, this.folder, { recursive: true });
		if (this.areInstalled) return;
		console.log(`Installing ${this.#title} into ${this.folder} (once) …`);
		const options = ["--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"];
		await promisify(execFile)("npm", ["ci", ...options], { cwd: this.folder });
		writeFileSync(this.#mark, this.#lock);
	}

	get #lock(): string {
		return readFileSync(join(this.#source, "package-lock.json"), "utf8");
	}
}
