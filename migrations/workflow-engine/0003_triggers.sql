CREATE TABLE workflow_triggers (
	id TEXT PRIMARY KEY,
	workflow_id TEXT NOT NULL,
	owner_id TEXT NOT NULL,
	-- What the owner was when he last changed it: executions act as that.
	role TEXT NOT NULL,
	type TEXT NOT NULL,
	config TEXT NOT NULL,
	-- Of an event's config, to be found by.
	source_workflow_id TEXT,
	input TEXT NOT NULL,
	enabled INTEGER NOT NULL,
	sealed_secret TEXT,
	-- Of a schedule; what counts is kept by its owner's object.
	next_run_at TEXT,
	last_fired_at TEXT,
	last_execution_id TEXT,
	last_error TEXT,
	-- Another one with each change, so that a change knows whether it is about what was read.
	revision TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL
);
CREATE INDEX workflow_triggers_owner ON workflow_triggers (owner_id, workflow_id, created_at, id);
CREATE INDEX workflow_triggers_workflow ON workflow_triggers (workflow_id);
CREATE INDEX workflow_triggers_source ON workflow_triggers (source_workflow_id, owner_id) WHERE source_workflow_id IS NOT NULL;

-- What monitoring asks for: what has not ended, and what ended in a window.
CREATE INDEX workflow_executions_open ON workflow_executions (state, start_time) WHERE end_time IS NULL;
CREATE INDEX workflow_executions_owner_ended ON workflow_executions (owner_id, end_time) WHERE end_time IS NOT NULL;
