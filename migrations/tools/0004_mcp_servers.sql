-- Remote MCP servers; the tools that they offer are rows of `tools`.
CREATE TABLE mcp_servers (
	id TEXT PRIMARY KEY,
	owner_id TEXT NOT NULL,
	name TEXT NOT NULL,
	url TEXT NOT NULL,
	description TEXT NOT NULL,
	-- JSON, sealed: the headers that carry the owner's keys. They go to the origin of `url` alone.
	secret TEXT,
	auto_discovery INTEGER NOT NULL,
	shared INTEGER NOT NULL,
	-- What its new tools begin with.
	requires_approval INTEGER NOT NULL,
	status TEXT NOT NULL,
	error TEXT,
	notice TEXT,
	-- What worked last.
	transport TEXT,
	protocol_version TEXT,
	capabilities TEXT NOT NULL,
	checked_at TEXT,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	UNIQUE (owner_id, name)
);
CREATE INDEX mcp_servers_owner ON mcp_servers (owner_id, created_at);
CREATE INDEX mcp_servers_shared ON mcp_servers (created_at) WHERE shared = 1;
CREATE UNIQUE INDEX tools_remote ON tools (server_id, json_extract(config, '$.remoteName')) WHERE server_id IS NOT NULL;
