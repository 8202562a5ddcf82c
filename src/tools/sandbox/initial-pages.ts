/**
 * With how much memory an engine begins, in pages of 64 KiB: 5 MiB for the C stack and what most scripts need. An engine
 * that has grown beyond is not used again. The package declares twice as much.
 */
export const initialPages = 128;
