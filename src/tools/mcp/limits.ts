/** What a remote server can cost us at most. */

/** Bytes, unpacked, that a server may send for one call, and between two calls on a stream that stays open. */
export const maxCallBytes = 4_000_000;
/** Bytes of all pages of its list of tools. */
export const maxDiscoveryBytes = 5_000_000;
export const maxTools = 1_000;
export const maxPages = 1_000;
/** Characters of one tool's description and schemas, as JSON. */
export const maxDefinitionLength = 64_000;
/** How deep a tool's schemas may be nested. */
export const maxDefinitionDepth = 40;
/** Milliseconds in all. */
export const connectTimeoutMs = 10_000;
export const discoveryTimeoutMs = 15_000;
export const requestTimeoutMs = 15_000;
/** How long a connection that nobody uses stays open, in milliseconds. */
export const idleMs = 30_000;
