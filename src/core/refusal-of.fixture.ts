/** What a call was refused with. An RPC promise that is awaited directly is handled; one that is passed on is not. */
export async function refusalOf(call: PromiseLike<unknown>): Promise<Error> {
	try {
		await call;
	} catch (error) {
		return error as Error;
	}
	throw new Error("The call was not refused.");
}
