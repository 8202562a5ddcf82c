/** Encryption that cannot be undone for another reason than a wrong password. */
export class EncryptionError extends Error {}
