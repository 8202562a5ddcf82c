/**
 * Chroma's own server. It is 420 MB, so that it is installed only where it is asked for: by `TEST_CHROMA=1`, or by
 * `REQUIRE_SERVERS=1`, with which a test that skips is a failure.
 */
import { chromaPackages, startChromaServer } from "../../bench/rag-store/chroma-server.ts";
import type { StartedServer } from "./start-pgvector.ts";

/** Rejects with why there is none. */
export async function startChroma(): Promise<StartedServer> {
	const isWanted = [process.env["TEST_CHROMA"], process.env.REQUIRE_SERVERS].includes("1");
	if (!isWanted && !chromaPackages.areInstalled) {
		throw new Error("Chroma's server is not installed; TEST_CHROMA=1 installs it (420 MB)");
	}
	return await startChromaServer();
}
