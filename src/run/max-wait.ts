/** How long a request waits for a run at most, in milliseconds: below what the gateway and proxies before it wait for. */
export const maxWaitMs = 100_000;
