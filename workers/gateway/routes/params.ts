/** Path parameters of the gateway's own routes. */
import { z } from "zod";

export const IdParams = z.object({ id: z.string() });
