CREATE TABLE workflows (
	id TEXT PRIMARY KEY,
	owner_id TEXT NOT NULL,
	name TEXT NOT NULL,
	description TEXT,
	status TEXT NOT NULL,
	version TEXT NOT NULL,
	category TEXT NOT NULL,
	shared INTEGER NOT NULL,
	is_template INTEGER NOT NULL,
	definition TEXT NOT NULL,
	node_count INTEGER NOT NULL,
	-- Another one with each change, so that a change knows whether it is about what was read.
	revision TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL
);
CREATE INDEX workflows_owner ON workflows (owner_id, created_at, id);
CREATE INDEX workflows_created ON workflows (created_at, id);
CREATE INDEX workflows_shared ON workflows (created_at, id) WHERE shared = 1;
CREATE INDEX workflows_templates ON workflows (created_at, id) WHERE is_template = 1;

CREATE TABLE workflow_versions (
	workflow_id TEXT NOT NULL,
	version TEXT NOT NULL,
	name TEXT NOT NULL,
	definition TEXT NOT NULL,
	created_by TEXT NOT NULL,
	created_at TEXT NOT NULL,
	PRIMARY KEY (workflow_id, version)
);

-- What the newest version consists of, to be searched. `loop` is the loop in whose body a node stands: `outer/inner`.
CREATE TABLE workflow_nodes (
	workflow_id TEXT NOT NULL,
	loop TEXT NOT NULL,
	node_id TEXT NOT NULL,
	type TEXT NOT NULL,
	agent_id TEXT,
	tool_id TEXT,
	compensation_tool_id TEXT,
	sub_workflow_id TEXT,
	PRIMARY KEY (workflow_id, loop, node_id)
) WITHOUT ROWID;
CREATE INDEX workflow_nodes_agent ON workflow_nodes (agent_id) WHERE agent_id IS NOT NULL;
CREATE INDEX workflow_nodes_tool ON workflow_nodes (tool_id) WHERE tool_id IS NOT NULL;

CREATE TABLE workflow_edges (
	workflow_id TEXT NOT NULL,
	loop TEXT NOT NULL,
	edge_id TEXT NOT NULL,
	source_id TEXT NOT NULL,
	target_id TEXT NOT NULL,
	type TEXT NOT NULL,
	condition TEXT,
	PRIMARY KEY (workflow_id, loop, edge_id)
) WITHOUT ROWID;

-- Shows executions in lists; each of them is kept by its object.
CREATE TABLE workflow_executions (
	id TEXT PRIMARY KEY,
	workflow_id TEXT,
	version TEXT,
	owner_id TEXT NOT NULL,
	input TEXT NOT NULL,
	output TEXT,
	status TEXT NOT NULL,
	-- As the API tells it, where a run that goes on may wait or be paused.
	state TEXT NOT NULL,
	current_node TEXT,
	error TEXT,
	trigger TEXT,
	source TEXT,
	parent TEXT,
	-- Milliseconds, by the ids of the nodes.
	node_times TEXT NOT NULL,
	trace_id TEXT NOT NULL,
	start_time TEXT NOT NULL,
	end_time TEXT,
	duration INTEGER,
	revision INTEGER NOT NULL
);
CREATE INDEX workflow_executions_owner ON workflow_executions (owner_id, start_time, id);
CREATE INDEX workflow_executions_workflow ON workflow_executions (workflow_id, start_time, id) WHERE workflow_id IS NOT NULL;
CREATE INDEX workflow_executions_state ON workflow_executions (owner_id, state, start_time, id);
CREATE INDEX workflow_executions_started ON workflow_executions (start_time, id);
