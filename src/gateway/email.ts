/** One spelling for one mailbox, so that lockout and uniqueness are not evaded by case, spaces or look-alike forms. */

export function normalizeEmail(email: string): string {
	return email.normalize("NFKC").trim().toLowerCase();
}
