-- A person has to allow each call.
ALTER TABLE tools ADD COLUMN requires_approval INTEGER NOT NULL DEFAULT 0;
-- JSON: how many calls at once, and how many a minute.
ALTER TABLE tools ADD COLUMN limits TEXT;
-- The MCP server that the tool is of.
ALTER TABLE tools ADD COLUMN server_id TEXT;
CREATE INDEX tools_server ON tools (server_id) WHERE server_id IS NOT NULL;
