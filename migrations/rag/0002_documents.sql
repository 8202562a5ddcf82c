CREATE TABLE rag_indexes (
	id TEXT PRIMARY KEY,
	owner_id TEXT NOT NULL,
	name TEXT NOT NULL,
	description TEXT,
	embedding_model TEXT NOT NULL,
	dimensions INTEGER NOT NULL,
	vector_store TEXT NOT NULL,
	config TEXT NOT NULL,
	-- How many objects hold the index, by generation.
	generations TEXT NOT NULL,
	shared INTEGER NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	UNIQUE (owner_id, name)
);
CREATE INDEX rag_indexes_owner ON rag_indexes (owner_id, created_at, id);
CREATE INDEX rag_indexes_shared ON rag_indexes (created_at, id) WHERE shared = 1;

-- The text of a document and its original are in R2, its chunks in the objects of its index.
CREATE TABLE rag_documents (
	id TEXT PRIMARY KEY,
	owner_id TEXT NOT NULL,
	index_id TEXT NOT NULL,
	shard TEXT NOT NULL,
	filename TEXT NOT NULL,
	original_name TEXT NOT NULL,
	content_type TEXT NOT NULL,
	type TEXT,
	title TEXT,
	size INTEGER NOT NULL,
	content_hash TEXT NOT NULL,
	status TEXT NOT NULL,
	error TEXT,
	metadata TEXT NOT NULL,
	source_url TEXT,
	characters INTEGER,
	pages INTEGER,
	chunk_count INTEGER NOT NULL,
	execution_id TEXT NOT NULL,
	uploaded_at TEXT NOT NULL,
	updated_at TEXT NOT NULL
);
CREATE INDEX rag_documents_index ON rag_documents (index_id, uploaded_at, id);
CREATE INDEX rag_documents_owner ON rag_documents (owner_id, uploaded_at, id);
-- The same bytes are one document of an index.
CREATE UNIQUE INDEX rag_documents_content ON rag_documents (index_id, content_hash) WHERE content_hash != '';
CREATE INDEX rag_documents_deleting ON rag_documents (updated_at) WHERE status = 'deleting';
