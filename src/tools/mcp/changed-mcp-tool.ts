/** Changes what an owner decides about the tool of an MCP server; the rest is its server's. */
import { isoTime } from "#core/clock";
import { AppError } from "#core/errors";
import { nextVersion } from "#core/version-number";
import type { UpdateTool } from "#tools/schema";
import type { McpRow } from "#tools/tool-row";

const ofOwner: ReadonlySet<string> = new Set(["status", "shared", "requiresApproval", "limits"]);

/** Throws `invalid_input` for what the server decides, and `conflict` where the tool cannot be switched on. */
export function changedMcpTool(previous: McpRow, changes: UpdateTool): McpRow {
	const fields = Object.keys(changes)
		.filter((name) => !ofOwner.has(name))
		.map((name) => ({ pointer: `/${name}`, detail: "is as the MCP server says" }));
	if (fields.length > 0) {
		throw new AppError("invalid_input", "This is for the MCP server to say; see `errors`.", { details: { fields } });
	}
	const { status = previous.status, shared = previous.shared, limits = previous.limits } = changes;
	const { requiresApproval = previous.requiresApproval } = changes;
	if (changes.status === "active" && previous.config.reason) throw new AppError("conflict", previous.config.reason);
	const isStranded = previous.config.reason !== undefined;
	const off = changes.status === undefined ? previous.config.off : changes.status === "inactive";
	const { off: _, ...config } = previous.config;
	return {
		...{ ...previous, shared, limits, requiresApproval, status: isStranded ? previous.status : status },
		config: off ? { ...config, off } : config,
		...{ version: nextVersion(previous.version), updatedAt: isoTime() },
	};
}
