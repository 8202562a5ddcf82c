/** Path parameters of the rag domain. */
import { z } from "zod";

const Id = z.string().min(1).max(200);

export const IndexParams = z.object({ indexId: Id });
export const DocumentParams = z.object({ documentId: Id });
export const ExecutionParams = z.object({ executionId: Id });
export const RebuildParams = z.object({ rebuildId: Id });
