/** An MCP server in a process of its own. */
import { startDemoMcpServer } from "../scripts/demo-mcp-server.ts";

const { url } = await startDemoMcpServer();
process.send?.({ port: Number(new URL(url).port) });
process.once("disconnect", () => process.exit());
