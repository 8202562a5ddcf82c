-- What will hold an index in the place of what holds it now ('next'), and what did until then ('retired').
CREATE TABLE rag_builds (
	id TEXT PRIMARY KEY,
	index_id TEXT NOT NULL,
	state TEXT NOT NULL,
	build TEXT NOT NULL,
	-- Of the rebuild.
	execution_id TEXT NOT NULL,
	updated_at TEXT NOT NULL
);
CREATE UNIQUE INDEX rag_builds_next ON rag_builds (index_id) WHERE state = 'next';
CREATE INDEX rag_builds_retired ON rag_builds (updated_at) WHERE state = 'retired';

-- Where the chunks of a document are in the next build, once all of them are there.
ALTER TABLE rag_documents ADD COLUMN next_shard TEXT;
