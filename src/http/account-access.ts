/**
 * The door by which the gateway tells a domain that acts on somebody's behalf without a request of his, what he may do
 * from now on. It is for the gateway alone: no path from outside is routed there.
 */
import { z } from "zod";
import { roles } from "#core/caller";

export const accountAccessPath = "/internal/account-access";

export const AccountAccess = z.object({ userId: z.string().min(1), role: z.enum(roles), disabled: z.boolean() });
export type AccountAccess = z.infer<typeof AccountAccess>;
