-- What a server that asks its user something in the middle of a call is answered.
ALTER TABLE mcp_servers ADD COLUMN elicitation TEXT NOT NULL DEFAULT 'decline';
