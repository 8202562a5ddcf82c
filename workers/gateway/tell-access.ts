/** Tells the domain that acts for users without a request of theirs what one of them may do from now on. */
import { type AccountAccess, accountAccessPath } from "#http/account-access";

const timeoutMs = 5_000;

/** Rejects where it was not heard. */
export async function tellAccess(domain: Fetcher, access: AccountAccess): Promise<void> {
	const response = await domain.fetch(`http://domain${accountAccessPath}`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify(access),
		signal: AbortSignal.timeout(timeoutMs),
	});
	await response.body?.cancel();
	if (!response.ok) throw new Error(`The domain answered ${response.status}`);
}
