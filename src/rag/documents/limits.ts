/** What a document may take: an isolate has 128 MB for all its requests. */

export const maxDocumentBytes = 32 * 1024 * 1024;
/** In UTF-16 code units, of the text that is read out of a document. */
export const maxTextLength = 8 * 1024 * 1024;
/** Every one is an object. */
export const maxBlocks = 200_000;
/** Data is not nested like this; what is, wants to break its reader. */
export const maxJsonDepth = 512;
