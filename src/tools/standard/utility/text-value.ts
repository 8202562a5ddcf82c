/** The texts that tools take. */
import { z } from "zod";

export const Text = z.string().max(100_000);
