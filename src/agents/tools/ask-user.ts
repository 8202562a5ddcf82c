/** `ask_user`: the model asks the person; the run waits for the next message. It is never executed. */
import { z } from "zod";
import { AppError } from "#core/errors";
import { zodTool } from "./zod-tool.ts";

export const askUser = zodTool({
	id: "ask_user",
	description: "Asks the user a question and waits for the answer.",
	writes: false,
	input: z.object({ question: z.string().min(1).meta({ description: "The question." }) }),
	run() {
		throw new AppError("internal_error", "A question is answered by a person.");
	},
});
