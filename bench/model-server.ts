/** The loopback model server in a process of its own, so that serving a stream does not delay reading one. */
import { startOpenAiServer } from "../test/support/openai-server.ts";

const { url } = await startOpenAiServer();
process.send?.({ port: Number(new URL(url).port) });
process.once("disconnect", () => process.exit());
