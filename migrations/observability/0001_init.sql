-- Spans. The key serves every read: a trace, and of it one user's part, are neighbours on disk.
-- The specification's indexes on service_name and operation_name serve no query yet and would halve the insert rate.
CREATE TABLE observability_events (
	trace_id TEXT NOT NULL,
	-- Empty where nobody was signed in; only an admin reads those.
	user_id TEXT NOT NULL,
	span_id TEXT NOT NULL,
	parent_span_id TEXT,
	operation_name TEXT NOT NULL,
	service_name TEXT NOT NULL,
	kind TEXT NOT NULL,
	-- Unix time in milliseconds, as everywhere in this database.
	start_time INTEGER NOT NULL,
	end_time INTEGER NOT NULL,
	duration INTEGER NOT NULL GENERATED ALWAYS AS (max(end_time - start_time, 0)) VIRTUAL,
	status TEXT NOT NULL,
	tags TEXT NOT NULL DEFAULT '{}',
	logs TEXT NOT NULL DEFAULT '[]',
	PRIMARY KEY (trace_id, user_id, span_id)
) WITHOUT ROWID;

-- One row for each user's part of a trace: what lists show, and the clock of retention.
CREATE TABLE traces (
	trace_id TEXT NOT NULL,
	user_id TEXT NOT NULL,
	start_time INTEGER NOT NULL,
	end_time INTEGER NOT NULL,
	span_count INTEGER NOT NULL,
	error_count INTEGER NOT NULL,
	-- JSON [rank, operation, service] of the root span: the least of all spans, so that min() finds it in any order of arrival.
	root TEXT NOT NULL,
	PRIMARY KEY (trace_id, user_id)
) WITHOUT ROWID;

CREATE INDEX traces_by_user ON traces (user_id, start_time);
CREATE INDEX traces_by_time ON traces (start_time);
