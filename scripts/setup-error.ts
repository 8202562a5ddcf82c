/** A failure that its message explains: shown without a stack, and the command ends with exit code 1. */

export class SetupError extends Error {
	override readonly name = "SetupError";
}

/** Runs a command's main function; anything but a `SetupError` is a defect and keeps its stack. */
export async function runCommand(main: () => Promise<void>): Promise<void> {
	try {
		await main();
	} catch (error) {
		console.error(error instanceof SetupError ? `\n${error.message}` : error);
		process.exit(1);
	}
}
