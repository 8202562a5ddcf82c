CREATE TABLE agents (
	id TEXT PRIMARY KEY,
	owner_id TEXT NOT NULL,
	name TEXT NOT NULL,
	description TEXT,
	framework TEXT NOT NULL,
	skills TEXT NOT NULL,
	config TEXT NOT NULL,
	status TEXT NOT NULL,
	shared INTEGER NOT NULL,
	version TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL
);
CREATE INDEX agents_owner ON agents (owner_id, created_at);
CREATE INDEX agents_shared ON agents (created_at) WHERE shared = 1;

CREATE TABLE agent_versions (
	agent_id TEXT NOT NULL,
	version TEXT NOT NULL,
	name TEXT NOT NULL,
	framework TEXT NOT NULL,
	config TEXT NOT NULL,
	created_by TEXT NOT NULL,
	created_at TEXT NOT NULL,
	PRIMARY KEY (agent_id, version)
);

CREATE TABLE agent_templates (
	id TEXT PRIMARY KEY,
	owner_id TEXT NOT NULL,
	name TEXT NOT NULL,
	description TEXT,
	framework TEXT NOT NULL,
	category TEXT NOT NULL,
	skills TEXT NOT NULL,
	default_config TEXT NOT NULL,
	is_public INTEGER NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL
);
CREATE INDEX agent_templates_owner ON agent_templates (owner_id, created_at);

CREATE TABLE agent_executions (
	id TEXT PRIMARY KEY,
	agent_id TEXT NOT NULL,
	owner_id TEXT NOT NULL,
	session_id TEXT NOT NULL,
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
CREATE INDEX agent_executions_owner ON agent_executions (owner_id, start_time);
CREATE INDEX agent_executions_agent ON agent_executions (agent_id, start_time);

CREATE TABLE conversations (
	id TEXT PRIMARY KEY,
	agent_id TEXT NOT NULL,
	user_id TEXT NOT NULL,
	title TEXT NOT NULL,
	status TEXT NOT NULL,
	message_count INTEGER NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL
);
CREATE INDEX conversations_user ON conversations (user_id, updated_at);

CREATE TABLE model_providers (
	id TEXT PRIMARY KEY,
	owner_id TEXT NOT NULL,
	name TEXT NOT NULL,
	kind TEXT NOT NULL,
	base_url TEXT,
	sealed_api_key TEXT,
	created_at TEXT NOT NULL,
	UNIQUE (owner_id, name)
);
