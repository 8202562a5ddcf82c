-- Whom an MCP server knows us by: by its owner's key (`key`), or by the grant of the user who calls (`oauth`).
ALTER TABLE mcp_servers ADD COLUMN auth TEXT NOT NULL DEFAULT 'key';
-- JSON, sealed: the OAuth client that its owner has registered there.
ALTER TABLE mcp_servers ADD COLUMN oauth_client TEXT;
CREATE TABLE mcp_grants (
	server_id TEXT NOT NULL,
	user_id TEXT NOT NULL,
	-- JSON, sealed for server and user: the client, the tokens, and what an authorisation that is under way needs.
	secret TEXT NOT NULL,
	authorized INTEGER NOT NULL,
	updated_at TEXT NOT NULL,
	PRIMARY KEY (server_id, user_id)
) WITHOUT ROWID;
