/** What remote servers can cost us at most. */

export const maxServersPerOwner = 200;
/** Bytes, unpacked, that a server may send for one call, and while there is none on a stream that stays open. */
export const maxCallBytes = 4_000_000;
/** Bytes of all pages of its list of tools. */
export const maxDiscoveryBytes = 5_000_000;
export const maxTools = 1_000;
export const maxPages = 1_000;
/** Characters of one tool's description and schemas, as JSON. */
export const maxDefinitionLength = 64_000;
/** How deep what a server says of a tool may be nested, its schemas among it. */
export const maxDefinitionDepth = 40;
/** How deep an answer may be nested. */
export const maxAnswerDepth = 64;
/** Milliseconds in all. */
export const connectTimeoutMs = 10_000;
export const discoveryTimeoutMs = 15_000;
export const requestTimeoutMs = 15_000;
/** How long a connection that nobody uses stays open, in milliseconds. */
export const idleMs = 30_000;
