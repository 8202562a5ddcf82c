-- Somebody has deleted it; the row goes when nothing is left of it anywhere.
ALTER TABLE rag_indexes ADD COLUMN deleted_at TEXT;
-- As names are looked for: SQLite folds ASCII alone.
ALTER TABLE rag_documents ADD COLUMN folded_name TEXT NOT NULL DEFAULT '';
CREATE INDEX rag_documents_processing ON rag_documents (updated_at) WHERE status = 'processing';
