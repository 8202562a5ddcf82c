/** The tools Worker. */
import { newApp } from "#http/app";
import { domain } from "./context.ts";

const app = newApp(domain);

export default app;
