/**
 * The names by which MCP clients know tools: their own, where it is the caller's only one; else it ends in the tool's
 * id. Models and their clients take 64 letters, digits, `_` and `-`.
 */
import { tokenPattern } from "#core/ids";
import type { ToolsContext } from "#tools/context";
import type { ToolRow } from "#tools/store";

const maxLength = 64;
const sayable = /^[A-Za-z0-9_-]{1,64}$/;
const unsayable = /[^A-Za-z0-9_-]+/g;
const endsInId = new RegExp(`_([a-z]+_${tokenPattern})$`);

type Scope = Pick<ToolsContext, "caller" | "standardTools">;

/** Another owner's tool may be called like one of the caller's, and any like a standard one. */
export function mcpNameOf({ caller, standardTools }: Scope, { id, name, ownerId }: ToolRow): string {
	if (ownerId === caller.userId && sayable.test(name) && !standardTools.has(name)) return name;
	const room = maxLength - id.length - 1;
	return `${name.replaceAll(unsayable, "_").slice(0, room)}_${id}`;
}

/** The id that such a name ends in. */
export function toolIdIn(name: string): string | undefined {
	return endsInId.exec(name)?.[1];
}
