/** A token for what the platform is compared with, which keeps no sessions. */
import { SignJWT } from "jose";

export async function bareToken(secret: string): Promise<string> {
	return await new SignJWT({ sid: "ses_1" })
		.setProtectedHeader({ alg: "HS256", typ: "JWT" })
		.setSubject("usr_1")
		.setIssuedAt()
		.setExpirationTime("1d")
		.sign(new TextEncoder().encode(secret));
}
