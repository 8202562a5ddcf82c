/** Keeps secrets out of what is imported: by the names of what holds them, and by what they look like. */

const secretNames =
	/^(?:.*[-_.])?(?:authorization|cookie|password|passwd|pwd|secret|client[-_]?secret|token|(?:access|auth|refresh|bearer)[-_]?token|credentials?|(?:x[-_]?)?api[-_]?key|(?:access|private|secret|subscription)[-_]?key)$/i;

/** Each begins where no such character stands before it, so that a long text is gone over once. */
const secretTexts =
	/(?<![\w-])(?:(?:sk|pk|rk)[-_][\w-]{16,}|gh[a-z]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[a-z]-[\w-]{10,}|AKIA[A-Z0-9]{16}|AIza[\w-]{30,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]+)|(?<![\w-])Bearer\s[\w.~+/-]{16,}=*|-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,20}PRIVATE KEY-----)?/g;

const redacted = "[secret removed]";

/** Of a header, a parameter or a field: `Authorization`, `x-api-key`, `access_token`. */
export function isSecretName(name: string): boolean {
	// Camel case counts as words: `apiKey`, `clientSecret`.
	return name.length <= 200 && secretNames.test(name.replace(/([a-z])([A-Z])/g, "$1_$2"));
}

export function withoutSecrets(text: string): string {
	return text.replace(secretTexts, redacted);
}

/** All texts of a JSON value without secrets, keys excepted. */
export function redact<Value>(value: Value): Value {
	return redactAny(value) as Value;
}

function redactAny(value: unknown): unknown {
	if (typeof value === "string") return withoutSecrets(value);
	if (Array.isArray(value)) return value.map(redactAny);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, redactAny(child)]));
}

/** An address without user, password and parameters that hold secrets; what is no address is given back. */
export function withoutUrlSecrets(url: string): { url: string; removed: string[] } {
	const removed: string[] = [];
	const bare = url
		.replace(/^(\w{1,20}:\/\/)[^/?#@\s]{1,500}@/, (_, scheme: string) => {
			removed.push("user and password");
			return scheme;
		})
		.replace(/([?&])([\w.-]{1,200})=([^&#{]*)(?=[&#]|$)/g, (whole, sign: string, name: string, value: string) => {
			if (value === "" || !isSecretName(name)) return whole;
			removed.push(name);
			return `${sign}${name}=`;
		});
	return { url: bare, removed };
}
