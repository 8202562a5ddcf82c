/** What a request proves itself with, once its form and signature are checked; whether it is alive the account knows. */

export interface Credential {
	kind: "session" | "key";
	userId: string;
	/** The id of the session or key: public, shown in lists. */
	id: string;
	/** SHA-256 of the secret part. */
	hash: string;
	/** Unix time in milliseconds; infinite for API keys. */
	expiresAt: number;
}
