-- Custom tools; the standard ones come with the code.
CREATE TABLE tools (
	id TEXT PRIMARY KEY,
	owner_id TEXT NOT NULL,
	name TEXT NOT NULL,
	description TEXT NOT NULL,
	type TEXT NOT NULL,
	-- What only a tool of this type has: the source of a custom one.
	config TEXT NOT NULL,
	-- JSON Schema 2020-12.
	input_schema TEXT NOT NULL,
	output_schema TEXT,
	examples TEXT NOT NULL,
	status TEXT NOT NULL,
	shared INTEGER NOT NULL,
	version TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	UNIQUE (owner_id, name)
);
CREATE INDEX tools_owner ON tools (owner_id, created_at);
CREATE INDEX tools_shared ON tools (created_at) WHERE shared = 1;

CREATE TABLE tool_versions (
	tool_id TEXT NOT NULL,
	version TEXT NOT NULL,
	definition TEXT NOT NULL,
	created_by TEXT NOT NULL,
	created_at TEXT NOT NULL,
	PRIMARY KEY (tool_id, version)
) WITHOUT ROWID;

CREATE TABLE tool_executions (
	id TEXT PRIMARY KEY,
	tool_id TEXT NOT NULL,
	owner_id TEXT NOT NULL,
	input TEXT NOT NULL,
	output TEXT,
	status TEXT NOT NULL,
	error TEXT,
	trace_id TEXT NOT NULL,
	start_time TEXT NOT NULL,
	end_time TEXT,
	duration INTEGER,
	revision INTEGER NOT NULL
);
CREATE INDEX tool_executions_owner ON tool_executions (owner_id, start_time);
CREATE INDEX tool_executions_tool ON tool_executions (tool_id, start_time);
